/** A key is told by its place where the keyboard writes another script. */
import assert from "node:assert/strict";
import test from "node:test";
import { caps, isTyping, keyOf } from "../../static/js/site/keys.js";

test("letters are told without their case, names as they are", () => {
  assert.equal(keyOf({ key: "F", code: "KeyF", shiftKey: true }), "f");
  assert.equal(keyOf({ key: "ArrowLeft", code: "ArrowLeft" }), "ArrowLeft");
  assert.equal(keyOf({ key: "ArrowLeft", code: "ArrowLeft", shiftKey: true }), "Shift+ArrowLeft");
  assert.equal(keyOf({ key: " ", code: "Space" }), "Space");
});

test("an Arabic keyboard has the same shortcuts", () => {
  assert.equal(keyOf({ key: "ب", code: "KeyF" }), "f");
  assert.equal(keyOf({ key: "٣", code: "Digit3" }), "3");
  assert.equal(keyOf({ key: "ظ", code: "Slash" }), "/");
  assert.equal(keyOf({ key: "؟", code: "Slash", shiftKey: true }), "?");
});

test("a Latin keyboard of another layout is told by what it writes", () => {
  assert.equal(keyOf({ key: "a", code: "KeyQ" }), "a");
  assert.equal(keyOf({ key: "/", code: "Digit7", shiftKey: true }), "/");
});

test("a row of digits is told by its ends", () => {
  assert.deepEqual(caps(["1", "2", "3", "4"]), ["1", "–", "4"]);
  assert.deepEqual(caps(["ArrowLeft", "ArrowRight"]), ["ArrowLeft", "ArrowRight"]);
  assert.deepEqual(caps(["Shift+ArrowUp", "Shift+ArrowDown"]), ["Shift", "+", "ArrowUp", "ArrowDown"]);
});

test("in a field keys are typed, elsewhere they are not", () => {
  assert.equal(isTyping({ target: { closest: (what) => what.includes("input") } }), true);
  assert.equal(isTyping({ target: { closest: () => null } }), false);
  assert.equal(isTyping({ target: {} }), false);
});
