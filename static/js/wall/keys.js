/**
 * Keyboard shortcuts of a page. `register([{key, word, run, when}])`: `key` as KeyboardEvent.key names it, letters in
 * lower case, `Shift+` before it where it is held; `word` says what it does (a key of words.js); `run(event)`;
 * `when()`, whether it applies now. The first that applies runs. Returns the function that takes them back.
 *
 * Nothing runs while somebody writes, or holds Ctrl, Alt or Meta, or is in a dialog or menu; Enter and the space bar
 * stay with the button or link that has the focus.
 */
const shortcuts = new Set();
const OWN = "input, select, textarea, [contenteditable], dialog[open], [data-menu][open]";

export function register(list) {
  if (shortcuts.size === 0) document.addEventListener("keydown", heard);
  for (const each of list) shortcuts.add(each);
  return () => {
    for (const each of list) shortcuts.delete(each);
    if (shortcuts.size === 0) document.removeEventListener("keydown", heard);
  };
}

/**
 * The name of a key as shortcuts are registered by. A letter is the same with and without Shift. Where the keyboard
 * writes Arabic, it is what the key has on a Latin one; its digits are digits.
 */
export function keyName({ key, code = "", shiftKey }) {
  if (key.length > 1) return shiftKey ? `Shift+${key}` : key;
  if (key.charCodeAt(0) < 128) return key.toLowerCase();
  const [, latin] = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(code) ?? [];
  return latin?.toLowerCase() ?? (code === "Slash" ? "/" : key);
}

function heard(event) {
  const { target } = event;
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const name = keyName(event);
  if (target.closest?.(OWN) && !(name === "Escape" && target.matches("input[type=search]"))) return;
  if (["Enter", " "].includes(event.key) && target.closest?.("button, a[href], summary")) return;
  for (const { key, run, when } of shortcuts) {
    if (key !== name || (when && !when())) continue;
    event.preventDefault();
    run(event);
    return;
  }
}
