/** A dialog answers once: affirmed, dismissed by a button, by the veil or by Escape; and leaves nothing behind. */
import assert from "node:assert/strict";
import test from "node:test";
import { install } from "./dom.mjs";

const page = install();
const { build, confirm, open } = await import("../../static/js/site/dialog.js");

const asked = (danger = false) => confirm({ title: "Delete?", text: "For everyone.", yes: "Delete", danger });
const shown = () => page.body.all("dialog");
const button = (text) => shown()[0].all("button").find((each) => each.textContent === text);

test.afterEach(() => assert.deepEqual(shown(), []));

test("a question is named by its title and answered by the word of what is done", async () => {
  const answer = asked();
  const [dialog] = shown();
  const heading = dialog.children[0].children[0];
  assert.deepEqual([heading.textContent, dialog.getAttribute("aria-labelledby")], ["Delete?", heading.id]);
  button("Delete").click();
  assert.equal(await answer, true);
});

for (const [how, leave] of [
  ["Cancel", () => button("site.cancel").click()],
  ["the cross", () => shown()[0].all("square")[0].click()],
  ["the veil", () => shown()[0].click()],
  ["Escape", () => shown()[0].close()],
]) {
  test(`${how} is no`, async () => {
    const answer = asked();
    leave();
    assert.equal(await answer, false);
  });
}

test("a click on its words closes nothing", async () => {
  const answer = asked();
  shown()[0].all("dialog-body")[0].click();
  assert.equal(shown()[0].open, true);
  button("Delete").click();
  await answer;
});

test("the focus is on what is asked for, but where it is dangerous on the way out", async () => {
  for (const [danger, word] of [[false, "Delete"], [true, "site.cancel"]]) {
    const answer = asked(danger);
    assert.equal(page.activeElement.textContent, word);
    shown()[0].close();
    await answer;
  }
});

test("one that is opened again does not remember its last answer, nor listen twice", async () => {
  const dialog = build("Shortcuts", []);
  const first = open(dialog);
  dialog.close("yes");
  assert.equal(await first, "yes");
  const second = open(dialog);
  let closed = 0;
  const { close } = dialog;
  dialog.close = function counted(value) {
    closed += 1;
    close.call(this, value);
  };
  dialog.click();
  assert.deepEqual([await second, closed], ["", 1]);
  dialog.click();
  assert.equal(closed, 1);
  dialog.remove();
});
