/**
 * Keys of one player: what they do, while the focus is in it or the page says that it is meant. Letters count by their
 * place where the keyboard writes others (Arabic).
 */
const ACTS = {
  f: "fullscreen",
  m: "sound",
  s: "save",
  i: "statistics",
  p: "picture",
  "+": "closer",
  "=": "closer",
  "-": "farther",
  0: "whole",
};

function keyOf({ key, code }) {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  const placed = /^Key([A-Z])$/.exec(code)?.[1];
  return placed && !ACTS[key] ? placed.toLowerCase() : key;
}

/** The name of the act an event asks for, or null: with Ctrl, Alt or Meta it is the browser's. Pure. */
export function actOf(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return null;
  return ACTS[keyOf(event)] ?? null;
}

/** Whether the event comes from where text or a number is entered. */
export function isTyping({ target }) {
  return Boolean(target?.closest?.("input, select, textarea, [contenteditable]"));
}
