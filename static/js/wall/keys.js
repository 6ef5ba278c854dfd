/**
 * Keyboard shortcuts of a page. `register([{key, word, run, when}])`: `key` as KeyboardEvent.key names it, letters in
 * lower case, `Shift+` before it where it is held; `word` says what it does (a key of words.js); `run(event)`;
 * `when()`, whether it applies now. The first that applies runs. Returns the function that takes them back.
 *
 * Nothing runs while somebody writes, or holds Ctrl, Alt or Meta, or a dialog or menu is open; Enter stays with the button
 * or link that has the focus, arrows with a slider. Out of a search field Escape leads too.
 */
const shortcuts = new Set();
const TYPING = "input:not([type=checkbox], [type=radio], [type=range], [type=button]), select, textarea, [contenteditable]";
const PRESSED = "a[href], button, summary, input";
const MOVED = "input[type=range], input[type=radio], [role=slider], [role=menu]";

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

/** Whether the key is somebody else's. */
function rests({ key, target, defaultPrevented, isComposing, ctrlKey, altKey, metaKey }) {
  if (defaultPrevented || isComposing || ctrlKey || altKey || metaKey) return true;
  if (document.querySelector("dialog[open], [data-menu][open]")) return true;
  if (key === "Enter") return target.closest?.(PRESSED);
  if (key.startsWith("Arrow") && target.closest?.(MOVED)) return true;
  return target.closest?.(TYPING) && !(key === "Escape" && target.matches("input[type=search]"));
}

function heard(event) {
  if (rests(event)) return;
  const name = keyName(event);
  for (const { key, run, when } of shortcuts) {
    if (key !== name || (when && !when())) continue;
    event.preventDefault();
    run(event);
    return;
  }
}
