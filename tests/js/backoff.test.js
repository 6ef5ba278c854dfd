import assert from "node:assert/strict";
import test from "node:test";
import { Backoff } from "../../static/js/backoff.js";

test("waits double up to the cap", () => {
  const backoff = new Backoff({ firstMs: 100, capMs: 500, random: () => 1 });
  assert.deepEqual([1, 2, 3, 4, 5].map(() => backoff.next()), [100, 200, 400, 500, 500]);
});

test("jitter takes off a quarter at most", () => {
  assert.equal(new Backoff({ firstMs: 100, random: () => 0 }).next(), 75);
});

test("a success starts it anew", () => {
  const backoff = new Backoff({ firstMs: 100, random: () => 1 });
  backoff.next();
  backoff.next();
  backoff.reset();
  assert.equal(backoff.next(), 100);
});
