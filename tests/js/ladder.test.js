import assert from "node:assert/strict";
import test from "node:test";
import { ATTEMPTS, Ladder } from "../../static/js/player/ladder.js";

function failTimes(ladder, times) {
  return Array.from({ length: times }, () => {
    ladder.failed();
    return ladder.current;
  });
}

test("three attempts by WebRTC, three by HLS, one still picture, then nothing", () => {
  const rungs = failTimes(new Ladder("auto"), 2 * ATTEMPTS + 1);
  assert.deepEqual(rungs, ["webrtc", "webrtc", "hls", "hls", "hls", "snapshot", null]);
});

test("whoever asked for HLS is not given WebRTC, and the other way round", () => {
  assert.deepEqual(failTimes(new Ladder("hls"), ATTEMPTS + 1), ["hls", "hls", "snapshot", null]);
  assert.deepEqual(failTimes(new Ladder("webrtc"), ATTEMPTS + 1), ["webrtc", "webrtc", "snapshot", null]);
});

test("what cannot work is not tried again", () => {
  const ladder = new Ladder("auto");
  assert.equal(ladder.failed({ hopeless: true }), 0);
  assert.equal(ladder.current, "hls");
});

test("attempts on one rung are apart, the next rung is tried at once", () => {
  const ladder = new Ladder("auto", { random: () => 1 });
  assert.deepEqual([1, 2, 3].map(() => ladder.failed()), [500, 1000, 0]);
});

test("a success forgives earlier failures", () => {
  const ladder = new Ladder("auto");
  failTimes(ladder, ATTEMPTS - 1);
  ladder.succeeded();
  ladder.failed();
  assert.equal(ladder.current, "webrtc");
});

test("a reset goes back to the top", () => {
  const ladder = new Ladder("auto");
  failTimes(ladder, 2 * ATTEMPTS + 1);
  ladder.reset();
  assert.equal(ladder.current, "webrtc");
  assert.equal(ladder.fallenBack, false);
});
