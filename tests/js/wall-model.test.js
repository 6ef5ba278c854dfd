import assert from "node:assert/strict";
import test from "node:test";
import { WallModel } from "../../static/js/wall/model.js";

const layouts = [{ name: "1", tiles: 1 }, { name: "4", tiles: 4 }, { name: "9", tiles: 9 }];
const camera = (id) => ({ camera_id: id, name: id });
const A = camera("a");
const B = camera("b");
const C = camera("c");

function wall(...tiles) {
  const model = new WallModel({ layouts, wall: null, name: "Mine" });
  tiles.forEach((each, place) => each && model.put(place, each));
  return model;
}

const shown = (model) => model.tiles.slice(0, model.size).map((each) => each?.camera_id ?? null);
const told = (tiles, more = {}) => ({
  id: 7, version: 3, name: "Saved", layout: "4", agency: null, mine: true, may_change: true, owner: "ali",
  tiles: [0, 1, 2, 3].map((place) => ({ place, camera: tiles[place] ?? null, hidden: false })), ...more,
}); // prettier-ignore

test("a new wall is not dirty until something is put on it", () => {
  const model = wall();
  assert.equal(model.dirty, false);
  let changes = 0;
  model.addEventListener("change", () => (changes += 1));
  model.put(1, A);
  assert.deepEqual([model.dirty, changes, shown(model)], [true, 1, [null, "a", null, null]]);
});

test("a camera goes to the chosen tile if that is empty, else to the first empty one, else over the chosen", () => {
  assert.equal(wall(A).target(2), 2);
  assert.equal(wall(A).target(0), 1);
  assert.equal(wall(A).target(), 1);
  const full = wall(A, B, C, camera("d"));
  assert.deepEqual([full.target(2), full.target()], [2, -1]);
});

test("nothing goes by itself where more tiles are than allowed", () => {
  assert.equal(wall(A).target(-1, 1), -1);
  assert.equal(wall().target(3, 2), 0);
});

test("two tiles change places, and an empty one takes what comes", () => {
  const model = wall(A, B);
  model.move(0, 1);
  assert.deepEqual(shown(model), ["b", "a", null, null]);
  model.move(0, 3);
  assert.deepEqual(shown(model), [null, "a", null, "b"]);
  model.move(0, 1);
  assert.deepEqual(shown(model), [null, "a", null, "b"]);
});

test("a camera is on a wall once", () => {
  const model = wall(A, B);
  model.put(1, A);
  assert.deepEqual(shown(model), ["b", "a", null, null]);
});

test("a smaller layout and back loses nothing", () => {
  const model = wall(A, B);
  model.change({ layout: "1" });
  assert.deepEqual(shown(model), ["a"]);
  assert.equal(model.placeOf("b"), -1);
  model.change({ layout: "4" });
  assert.deepEqual(shown(model), ["a", "b", null, null]);
});

test("the same value again is no change", () => {
  const model = wall();
  model.change({ layout: "4", name: "Mine" });
  assert.equal(model.dirty, false);
});

test("a new wall is told without a version, a saved one with its own", () => {
  const model = wall(A);
  assert.deepEqual(model.body.tiles[0], { place: 0, camera_id: "a" });
  assert.equal("version" in model.body, false);
  model.saved(told([A]));
  assert.deepEqual([model.dirty, model.body.version, model.body.name], [false, 3, "Saved"]);
});

test("a tile that may not be seen is not named, until it is emptied or taken", () => {
  const hidden = (place) => ({ place, camera: null, hidden: place < 2 });
  const model = new WallModel({ layouts, wall: told([], { tiles: [0, 1, 2, 3].map(hidden) }) });
  const places = () => model.body.tiles.map((tile) => tile.place);
  assert.deepEqual([places(), model.target()], [[2, 3], 2]);
  model.clear(0);
  model.put(1, A);
  assert.deepEqual(places(), [0, 1, 2, 3]);
});
