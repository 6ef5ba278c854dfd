/** Which key was meant, whatever the keyboard's language. Pure. */

const OF_DIGITS = /^(?:Digit|Numpad)(\d)$/;
const OF_LETTERS = /^Key([A-Z])$/;
const SHIFT = "Shift+";
const TYPING = "input:not([type=checkbox], [type=radio], [type=range], [type=button]), select, textarea, [contenteditable]";
const NAMED = { " ": "Space", Esc: "Escape", "؟": "?" };

/**
 * The key of a keydown event as shortcuts name it: a lower-case Latin letter, a digit, a sign, or a name (`Escape`,
 * `ArrowLeft`, `Space`), which has `Shift+` before it where that is held. A keyboard that writes Arabic gives the letter
 * at the same place.
 */
export function keyOf({ key, code = "", shiftKey = false }) {
  const name = NAMED[key] ?? key;
  if (name.length > 1) return shiftKey ? `Shift+${name}` : name;
  if (/[!-@[-`{-~]/.test(name)) return name;
  if (/[a-z]/i.test(key)) return key.toLowerCase();
  const letter = OF_LETTERS.exec(code)?.[1];
  const digit = OF_DIGITS.exec(code)?.[1];
  if (letter) return letter.toLowerCase();
  if (digit) return digit;
  return code === "Slash" ? (shiftKey ? "?" : "/") : key;
}

/** Whether the event comes from where text is entered or something is chosen from a list. */
export const isTyping = ({ target }) => Boolean(target?.closest?.(TYPING));

/** How keys of one meaning are shown: `["1", …, "9"]` as `1 – 9`, keys with Shift under one Shift, others one by one. */
export function caps(keys) {
  if (keys.length > 1 && keys.every((key) => key.startsWith(SHIFT))) {
    return ["Shift", "+", ...caps(keys.map((key) => key.slice(SHIFT.length)))];
  }
  const follow = keys.length > 2 && keys.every((key, index) => Number(key) === Number(keys[0]) + index);
  return follow ? [keys[0], "–", keys.at(-1)] : keys.flatMap((key) => (key.startsWith(SHIFT) ? ["Shift", "+", key.slice(SHIFT.length)] : key));
}
