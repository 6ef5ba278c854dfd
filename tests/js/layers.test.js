import assert from "node:assert/strict";
import test from "node:test";
import { qualityFor } from "../../static/js/player/shown-size.js";
import { inOrder, layerOf, suited } from "../../static/js/transports/layer-rules.js";

test("only low quality wants the low layer", () => {
  assert.deepEqual(["low", "medium", "high", "auto", undefined].map(layerOf), ["low", "high", "high", "high", "high"]);
});

test("where the wanted layer is not there, another is shown", () => {
  assert.equal(suited("low", ["high", "low"]), "low");
  assert.equal(suited("low", ["high"]), "high");
  assert.equal(suited("high", ["low"]), "low");
  assert.equal(suited("low", []), "high");
});

test("layers are told in one order, each once, without holes", () => {
  assert.deepEqual(inOrder(["low", null, "high", "low"]), ["high", "low"]);
});

test("a picture of 640 pixels and more is worth the high layer", () => {
  assert.equal(qualityFor(640, "low"), "high");
  assert.equal(qualityFor(3840, "low"), "high");
  assert.equal(qualityFor(320, "high"), "low");
});

test("a size on the border changes nothing", () => {
  assert.equal(qualityFor(600, "high"), "high");
  assert.equal(qualityFor(600, "low"), "low");
});

test("what is not shown yet begins with the cheap layer, and keeps what it had", () => {
  assert.equal(qualityFor(0), "low");
  assert.equal(qualityFor(0, "high"), "high");
});
