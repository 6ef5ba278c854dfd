import assert from "node:assert/strict";
import test from "node:test";
import { keyName } from "../../static/js/wall/keys.js";

test("a letter is the same with Shift, and on an Arabic keyboard", () => {
  assert.equal(keyName({ key: "F", code: "KeyF", shiftKey: true }), "f");
  assert.equal(keyName({ key: "a", code: "KeyQ", shiftKey: false }), "a"); // a French one
  assert.equal(keyName({ key: "ظ", code: "Slash", shiftKey: false }), "/");
  assert.equal(keyName({ key: "ب", code: "KeyF", shiftKey: false }), "f");
});

test("a digit is the same above the letters, on the number pad and in Arabic", () => {
  assert.equal(keyName({ key: "3", code: "Digit3", shiftKey: false }), "3");
  assert.equal(keyName({ key: "3", code: "Numpad3", shiftKey: false }), "3");
  assert.equal(keyName({ key: "٣", code: "Digit3", shiftKey: false }), "3");
  assert.equal(keyName({ key: "End", code: "Numpad1", shiftKey: false }), "End");
});

test("Shift is named with the other keys", () => {
  assert.equal(keyName({ key: "ArrowLeft", code: "ArrowLeft", shiftKey: true }), "Shift+ArrowLeft");
  assert.equal(keyName({ key: "Escape", code: "Escape", shiftKey: false }), "Escape");
  assert.equal(keyName({ key: "/", code: "Slash", shiftKey: false }), "/");
});
