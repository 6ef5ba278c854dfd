import assert from "node:assert/strict";
import test from "node:test";
import { ConnectionErrorReason, DisconnectReason, VideoQuality } from "../../static/vendor/livekit.mjs";
import { chooseTrack, isPublisher, layer, lostCode, refusalCode } from "../../static/js/transports/livekit-rules.js";

const video = (trackName, width = 0) => ({ kind: "video", trackName, dimensions: { width, height: (width * 9) / 16 } });

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

test("the largest video is taken, for low quality the smallest, and never audio", () => {
  const tracks = [video("a", 640), { kind: "audio", trackName: "b" }, video("c", 1920)];
  assert.equal(chooseTrack(tracks, "auto").trackName, "c");
  assert.equal(chooseTrack(tracks, "high").trackName, "c");
  assert.equal(chooseTrack(tracks, "low").trackName, "a");
  assert.equal(chooseTrack([], "auto"), null);
});

test("tracks of which no size is known are chosen alike, whatever their order", () => {
  assert.equal(chooseTrack([video("main"), video("sub")], "auto").trackName, "main");
  assert.equal(chooseTrack([video("sub"), video("main")], "auto").trackName, "main");
});

test("layers have LiveKit's numbers", () => {
  assert.deepEqual(["low", "medium", "high", "auto"].map(layer), [
    VideoQuality.LOW, VideoQuality.MEDIUM, VideoQuality.HIGH, VideoQuality.HIGH,
  ]);
});
