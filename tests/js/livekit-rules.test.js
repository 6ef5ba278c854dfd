import assert from "node:assert/strict";
import test from "node:test";
import { ConnectionErrorReason, DisconnectReason, VideoQuality } from "../../static/vendor/livekit.mjs";
import { isPublisher, layer, lostCode, nameTracks, refusalCode } from "../../static/js/transports/livekit-rules.js";

const video = (trackName, { width = 0, mid = "" } = {}) => ({
  kind: "video", trackName, trackInfo: { mid }, dimensions: { width, height: (width * 9) / 16 },
}); // prettier-ignore
const named = (publications, layers) =>
  Object.fromEntries(
    Object.entries(nameTracks(publications, layers)).map(([name, each]) => [name, each?.trackInfo.mid || each?.trackName]),
  );
const BOTH = ["high", "low"];

test("each way of being thrown out has its code, by LiveKit's own names", () => {
  const told = Object.keys(DisconnectReason).filter((name) => Number.isNaN(Number(name)));
  const codes = Object.fromEntries(told.map((name) => [name, lostCode(name)]));
  assert.equal(codes.DUPLICATE_IDENTITY, "duplicate_identity");
  assert.equal(codes.PARTICIPANT_REMOVED, "removed_from_room");
  assert.deepEqual([codes.ROOM_DELETED, codes.ROOM_CLOSED], ["room_gone", "room_gone"]);
  assert.equal(codes.SERVER_SHUTDOWN, "sfu_unreachable");
  assert.equal(codes.STATE_MISMATCH, "ice_failed");
});

test("a client that gave up by itself lost its connection", () => {
  assert.equal(lostCode(undefined), "ice_failed");
});

test("a refused connection says whether it was the token, the room, the server or the media", () => {
  const name = (reason) => ConnectionErrorReason[ConnectionErrorReason[reason]];
  assert.equal(refusalCode({ reason: name("NotAllowed"), status: 401 }, false), "token_invalid");
  assert.equal(refusalCode({ reason: name("NotAllowed"), status: 404 }, false), "room_gone");
  assert.equal(refusalCode({ reason: name("ServerUnreachable") }, false), "sfu_unreachable");
  assert.equal(refusalCode({ reason: name("InternalError") }, true), "ice_failed");
  assert.equal(refusalCode({ reason: name("LeaveRequest"), left: "DUPLICATE_IDENTITY" }, false), "duplicate_identity");
});

test("only the camera's publisher is looked at", () => {
  assert.ok(isPublisher("camera_cam-1_publisher", "cam-1"));
  assert.ok(isPublisher("camera_cam-1_publisher_test", "cam-1"));
  assert.ok(!isPublisher("viewer_0f8e", "cam-1"));
  assert.ok(!isPublisher("camera_cam-10_publisher", "cam-1"));
});

test("a video's name says which layer it is, whatever its size or place", () => {
  const tracks = [video("cam-1 low", { width: 1920, mid: "0" }), { kind: "audio", trackName: "a" }, video("high", { mid: "1" })];
  assert.equal(nameTracks(tracks).low, tracks[0]);
  assert.equal(nameTracks(tracks).high, tracks[2]);
});

test("videos that LiveKit's WHIP gave one name are told apart by their m-lines", () => {
  const low = video("synthesized-camera", { mid: "video1", width: 1920 });
  const high = video("synthesized-camera", { mid: "video0", width: 640 });
  assert.deepEqual(named([low, high]), { high: "video0", low: "video1" });
});

test("where m-lines are not known the larger one is high", () => {
  const tracks = [video("a", { width: 640 }), video("c", { width: 1920 })];
  assert.deepEqual(named(tracks), { high: "c", low: "a" });
});

test("tracks of which nothing is known are named alike, whatever their order", () => {
  assert.deepEqual(named([video("main"), video("sub")]), { high: "main", low: "sub" });
  assert.deepEqual(named([video("sub"), video("main")]), { high: "main", low: "sub" });
});

test("a video alone is high, unless the camera has two and it stands in the second place", () => {
  assert.deepEqual(named([video("x", { mid: "video1" })], BOTH), { low: "video1" });
  assert.deepEqual(named([video("x", { mid: "video0" })], BOTH), { high: "video0" });
  assert.deepEqual(named([video("x", { mid: "video1" })], ["high"]), { high: "video1" });
  assert.deepEqual(named([video("x")], BOTH), { high: "x" });
});

test("sound is no layer", () => {
  assert.deepEqual(nameTracks([{ kind: "audio", trackName: "high" }]), {});
});

test("layers have LiveKit's numbers", () => {
  assert.deepEqual(["low", "medium", "high", "auto"].map(layer), [
    VideoQuality.LOW, VideoQuality.MEDIUM, VideoQuality.HIGH, VideoQuality.HIGH,
  ]);
});
