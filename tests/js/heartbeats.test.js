import assert from "node:assert/strict";
import test from "node:test";
import { heartbeatBody } from "../../static/js/heartbeats.js";

const report = (values = {}) => ({
  newFrames: 0, paused: false, quality: "auto", transport: "webrtc", playback: "live",
  layers: ["high"], bitrate: null, latencyMs: null, roundTripMs: null, ...values,
}); // prettier-ignore

test("frames of all consumers are added to those before", () => {
  assert.equal(heartbeatBody(100, [report({ newFrames: 20 }), report({ newFrames: 5 })]).frames_decoded, 125);
});

test("paused only when everyone is, or no one is left", () => {
  assert.equal(heartbeatBody(0, [report({ paused: true }), report()]).paused, false);
  assert.equal(heartbeatBody(0, [report({ paused: true })]).paused, true);
  assert.equal(heartbeatBody(0, []).paused, true);
});

test("the best quality wanted is asked for", () => {
  assert.equal(heartbeatBody(0, [report({ quality: "low" }), report({ quality: "high" })]).quality, "high");
  assert.equal(heartbeatBody(0, [report({ quality: "low" }), report()]).quality, "auto");
});

test("all layers that anyone needs are asked for, each once", () => {
  const layers = (...each) => heartbeatBody(0, each.map((needed) => report({ layers: needed }))).layers;
  assert.deepEqual(layers(["low"], ["low", "high"]), ["high", "low"]);
  assert.deepEqual(layers(["low"]), ["low"]);
  assert.equal("layers" in heartbeatBody(0, []), false);
});

test("numbers nobody knows are null", () => {
  const { bitrate, latency_ms: latency } = heartbeatBody(0, [report({ latencyMs: 48.4 }), report()]);
  assert.deepEqual([bitrate, latency], [null, 48]);
});
