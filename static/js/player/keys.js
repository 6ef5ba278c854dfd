/** Keys of one player: what they do, while the focus is in it or the page says that it is meant. */
import { isTyping, keyOf } from "../site/keys.js";

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

/** The name of the act an event asks for, or null: with Ctrl, Alt or Meta it is the browser's, in a field the text's. Pure. */
export function actOf(event) {
  if (isTyping(event) || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return null;
  return ACTS[keyOf(event)] ?? null;
}
