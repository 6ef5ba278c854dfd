/** The last step of a history goes on with the live numbers; nothing before it does. */
import assert from "node:assert/strict";
import test from "node:test";
import { HistoryTail } from "../../static/js/numbers/tail.js";

const history = () => ({
  span: "hour", step: 60, at: [0, 60], viewers: [5, 2], streams: [3, 1], refusals: [0, 0],
  agencies: { METRO: { peak: [3, 1], limit: [9, 9] } },
});
const numbers = (viewers, streams) => ({ total_viewers: viewers, active_streams: streams, agencies: [{ code: "METRO", used: streams }] });

test("more than was known raises the last step alone", () => {
  const tail = new HistoryTail(history());
  tail.live(numbers(7, 4));
  assert.deepEqual([tail.data.viewers, tail.data.streams, tail.data.agencies.METRO.peak], [[5, 7], [3, 4], [3, 4]]);
});

test("less than was known lowers nothing: the step had the most of it", () => {
  const tail = new HistoryTail(history());
  tail.live(numbers(0, 0));
  assert.deepEqual(tail.data.viewers, [5, 2]);
});

test("a history that comes later is told what is known already", () => {
  assert.deepEqual(new HistoryTail(history(), numbers(8, 1)).data.viewers, [5, 8]);
});

test("an agency that the history does not know breaks nothing", () => {
  const tail = new HistoryTail(history());
  tail.live({ ...numbers(1, 1), agencies: [{ code: "NEW", used: 1 }] });
  assert.deepEqual(Object.keys(tail.data.agencies), ["METRO"]);
});

test("a step is over when its time is, and never in less than a second", () => {
  const tail = new HistoryTail(history());
  assert.equal(tail.secondsLeft(70), 50);
  assert.equal(tail.secondsLeft(500), 1);
});
