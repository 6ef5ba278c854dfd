/**
 * The keyboard shortcuts of a page, and the dialog that lists them (`?`).
 *
 * A page registers what its keys do; nothing else listens for them. They rest while somebody types, while a dialog is
 * open, with Ctrl, Alt or Meta held, and when he has switched them off (WCAG 2.1.4): this browser remembers that.
 */
import { word } from "../words.js";
import { caps, isTyping, keyOf } from "./keys.js";
import { ShortcutsDialog } from "./shortcuts-dialog.js";

const PRESSED = "a[href], button, summary, input";
const MOVED = "input[type=range], input[type=radio], [role=slider], [role=listbox], [role=menu]";
const OFF = "shortcuts.off";
const known = new Set();

/**
 * `entries`: [{key, word, run, when}]. `key`: as keys.js tells it, or several of one meaning; `word`: the key of the
 * words that say what it does (entries that share one are told together); `run(event)`; `when()`: whether it means
 * something now (always, where left out). Of two that mean something the later one wins. Gone by the function returned,
 * or when `signal` aborts.
 */
export function register(entries, { signal } = {}) {
  const made = entries.map(({ key, ...rest }) => ({ keys: [key].flat(), when: () => true, ...rest }));
  for (const entry of made) known.add(entry);
  const remove = () => made.forEach((entry) => known.delete(entry));
  signal?.addEventListener("abort", remove, { once: true });
  return remove;
}

/** What the dialog shows, in the order of registration: {caps, text}. */
export function registered() {
  const told = new Map();
  for (const { keys, word: of } of known) told.set(of, [...(told.get(of) ?? []), ...keys]);
  return [...told].map(([of, keys]) => ({ caps: caps([...new Set(keys)]), text: word(of) }));
}

export const enabled = () => localStorage.getItem(OFF) === null;

export function enable(on) {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "yes");
}

/** Out of a search field Escape leads too. */
function rests(event) {
  const { key, target, defaultPrevented, isComposing, ctrlKey, altKey, metaKey } = event;
  if (defaultPrevented || isComposing || ctrlKey || altKey || metaKey) return true;
  if (document.querySelector("dialog[open], [data-menu][open]")) return true;
  return isTyping(event) && !(key === "Escape" && target.matches("input[type=search]"));
}

/** Enter and Space press what has the focus, arrows move a slider: not ours to take. */
function presses(key, { target }) {
  if (key === "Enter" || key === "Space") return target.closest?.(PRESSED);
  return key.includes("Arrow") && target.closest?.(MOVED);
}

function pressed(event) {
  if (rests(event)) return;
  const key = keyOf(event);
  if ((key.length === 1 && !enabled()) || presses(key, event)) return;
  const entry = [...known].reverse().find(({ keys, when }) => keys.includes(key) && when());
  if (!entry) return;
  event.preventDefault();
  entry.run(event);
}

function search() {
  return [...document.querySelectorAll("input[type=search]")].find((field) => field.checkVisibility());
}

const dialog = new ShortcutsDialog({ list: registered, enabled, enable });

/** For every page: `/` and `?`, and buttons with `data-shortcuts`, which open the list without a key. */
export function keepShortcuts() {
  document.addEventListener("keydown", pressed);
  for (const button of document.querySelectorAll("[data-shortcuts]")) button.addEventListener("click", () => dialog.show());
  register([{ key: "?", word: "shortcuts.help", run: () => dialog.show() }]);
  if (search()) register([{ key: "/", word: "shortcuts.search", run: () => search()?.focus(), when: () => search() }]);
}
