import assert from "node:assert/strict";
import test from "node:test";
import { neighbour } from "../../static/js/wall/geometry.js";

const box = (left, top, width = 160, height = 90) => ({ left, top, width, height });
const rows = (columns, count) =>
  [...Array(count).keys()].map((index) => box((index % columns) * 160, Math.floor(index / columns) * 90));
const keys = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

test("arrows lead to the tile beside, and stay at the border", () => {
  assert.deepEqual(keys.map((key) => neighbour(rows(3, 9), 4, key)), [3, 5, 1, 7]);
  assert.deepEqual(keys.map((key) => neighbour(rows(3, 9), 0, key)), [0, 1, 0, 3]);
});

test("an arrow to the right leads to what is on the right, also where tiles run from right to left", () => {
  const mirrored = rows(2, 4).map(({ left, top }) => box(160 - left, top));
  assert.deepEqual(keys.map((key) => neighbour(mirrored, 0, key)), [1, 0, 0, 2]);
});

test("arrows leave and reach the large tile of 1+5", () => {
  const boxes = [box(0, 0, 320, 180), box(320, 0), box(320, 90), box(0, 180), box(160, 180), box(320, 180)];
  assert.equal(neighbour(boxes, 0, "ArrowRight"), 1);
  assert.equal(neighbour(boxes, 0, "ArrowDown"), 3);
  assert.equal(neighbour(boxes, 2, "ArrowLeft"), 0);
  assert.equal(neighbour(boxes, 4, "ArrowUp"), 0);
  assert.equal(neighbour(boxes, 5, "ArrowUp"), 2);
});
