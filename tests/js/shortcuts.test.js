/** Keys run what the page registered for them, and leave alone what is not theirs. */
import assert from "node:assert/strict";
import test from "node:test";

const kept = new Map();
globalThis.localStorage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => kept.set(key, value),
  removeItem: (key) => kept.delete(key),
};
let listener = null;
let dialogOpen = false;
globalThis.document = {
  querySelector: () => (dialogOpen ? {} : null),
  querySelectorAll: () => [],
  createElement: () => ({ append() {} }),
  addEventListener: (_, heard) => (listener = heard),
};
const { enable, keepShortcuts, register, registered } = await import("../../static/js/site/shortcuts.js");
keepShortcuts();

/** Presses `key`; true where a shortcut took it. */
function press(key, { inside = "", ...more } = {}) {
  let taken = false;
  const target = { closest: (selector) => inside && selector.includes(inside), matches: () => false };
  listener({ key, target, preventDefault: () => (taken = true), ...more });
  return taken;
}

test("a key runs what is registered for it, until it is taken back", () => {
  let runs = 0;
  const remove = register([{ key: "f", word: "x", run: () => (runs += 1) }]);
  assert.equal(press("F"), true);
  remove();
  assert.equal(press("f"), false);
  assert.equal(runs, 1);
});

test("it goes with its signal", () => {
  const life = new AbortController();
  register([{ key: "g", word: "x", run: () => {} }], { signal: life.signal });
  life.abort();
  assert.equal(press("g"), false);
});

test("of two the later one that means something wins", () => {
  const ran = [];
  const remove = register([
    { key: "m", word: "x", run: () => ran.push("first") },
    { key: "m", word: "y", run: () => ran.push("second"), when: () => ran.length === 0 },
  ]);
  press("m");
  press("m");
  remove();
  assert.deepEqual(ran, ["second", "first"]);
});

test("typing, dialogs, held modifiers and what has the focus come first", () => {
  const remove = register([{ key: ["s", "Enter", "ArrowUp"], word: "x", run: () => {} }]);
  assert.equal(press("s", { inside: "textarea" }), false);
  assert.equal(press("s", { ctrlKey: true }), false);
  assert.equal(press("Enter", { inside: "button" }), false);
  assert.equal(press("ArrowUp", { inside: "input[type=range]" }), false);
  dialogOpen = true;
  assert.equal(press("s"), false);
  dialogOpen = false;
  assert.equal(press("s"), true);
  remove();
});

test("single keys can be switched off, named ones stay", () => {
  const remove = register([{ key: ["k", "Escape"], word: "x", run: () => {} }]);
  enable(false);
  assert.deepEqual([press("k"), press("Escape")], [false, true]);
  enable(true);
  assert.equal(press("k"), true);
  remove();
});

test("keys of one meaning are listed together", () => {
  const remove = register([1, 2, 3].map((digit) => ({ key: String(digit), word: "tile", run: () => {} })));
  const { caps } = registered().find(({ text }) => text === "tile");
  assert.deepEqual(caps, ["1", "–", "3"]);
  remove();
});
