/** Toasts go by themselves but not under somebody's hands, failures stay, and the shelf does not overflow. */
import assert from "node:assert/strict";
import test, { mock } from "node:test";
import { install } from "./dom.mjs";

const { body } = install();
const { toast } = await import("../../static/js/site/toast.js");

const shown = () => body.all("toast").map((each) => each.all("toast-text")[0].textContent);
const newest = () => body.all("toast").at(-1);
const shelf = () => body.all("toasts")[0];
const happens = (name) => newest().dispatchEvent(new Event(name));

test.beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
test.afterEach(() => {
  mock.timers.tick(60_000);
  for (const each of body.all("toast")) each.remove();
  mock.timers.reset();
});

test("it says its text, politely, and goes after six seconds with the shelf", () => {
  toast("Saved", { kind: "good" });
  assert.deepEqual([shown(), newest().dataset.kind, newest().getAttribute("role")], [["Saved"], "good", "status"]);
  mock.timers.tick(5_999);
  assert.equal(shelf().shown, true);
  mock.timers.tick(1);
  assert.deepEqual([shown(), shelf().shown], [[], false]);
});

test("a failure interrupts, and stays until it is closed", () => {
  toast("Not saved", { kind: "bad" });
  assert.equal(newest().getAttribute("role"), "alert");
  mock.timers.tick(600_000);
  assert.deepEqual(shown(), ["Not saved"]);
  newest().all("square")[0].click();
  assert.deepEqual([shown(), shelf().shown], [[], false]);
});

for (const [come, leave] of [["pointerenter", "pointerleave"], ["focusin", "focusout"]]) {
  test(`it does not go between ${come} and ${leave}, and has its whole time again after`, () => {
    toast("Look");
    mock.timers.tick(5_000);
    happens(come);
    mock.timers.tick(60_000);
    assert.deepEqual(shown(), ["Look"]);
    happens(leave);
    mock.timers.tick(5_999);
    assert.deepEqual(shown(), ["Look"]);
    mock.timers.tick(1);
    assert.deepEqual(shown(), []);
  });
}

test("its action runs once, and takes it away", () => {
  let runs = 0;
  toast("Deleted", { action: { text: "Undo", run: () => (runs += 1) } });
  const undo = newest().all("button").find((each) => each.textContent === "Undo");
  undo.click();
  assert.deepEqual([runs, shown()], [1, []]);
});

test("who showed it can take it away, twice without harm", () => {
  const close = toast("Connecting", { ms: 0 });
  toast("Other");
  close();
  close();
  assert.deepEqual([shown(), shelf().shown], [["Other"], true]);
});

test("of more than four the oldest go, those that would go by themselves before failures", () => {
  toast("failure", { kind: "bad" });
  for (const text of ["one", "two", "three", "four"]) toast(text);
  assert.deepEqual(shown(), ["failure", "two", "three", "four"]);
});

test("the newest is seen even where four failures stand", () => {
  for (const text of ["one", "two", "three", "four"]) toast(text, { kind: "bad" });
  toast("Saved", { kind: "good" });
  assert.deepEqual(shown(), ["two", "three", "four", "Saved"]);
});

test("each comes to the top, above a dialog that was opened meanwhile", () => {
  toast("one");
  let raised = 0;
  const { showPopover } = shelf();
  shelf().showPopover = function counted() {
    raised += 1;
    showPopover.call(this);
  };
  toast("two");
  assert.deepEqual([raised, body.all("toasts").length], [1, 1]);
});
