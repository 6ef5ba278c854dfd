import assert from "node:assert/strict";
import test from "node:test";
import { ApiError } from "../../static/js/api.js";
import { mediaKey, onEnd, onNews, onRefusal, onWait } from "../../static/js/player/rules.js";

const LIVE = { state: "LIVE", generation: 3, room_name: "camera_a", reason: null };
const backoff = { next: () => 700 };
const refusal = (values) => onRefusal(new ApiError({ detail: "words", ...values }), backoff);

test("LIVE is joined at once, and once", () => {
  assert.equal(onNews(LIVE, null).act, "join");
  assert.equal(onNews(LIVE, mediaKey(LIVE)).act, "keep");
  assert.equal(onNews({ ...LIVE, state: "DRAINING" }, mediaKey(LIVE)).act, "keep");
});

test("a new generation is joined while the old one plays", () => {
  assert.equal(onNews({ ...LIVE, generation: 4 }, mediaKey(LIVE)).act, "join");
});

test("RETRYING waits and says why", () => {
  const reason = { code: "source_stalled", text: "The camera stopped sending." };
  assert.deepEqual(onNews({ ...LIVE, state: "RETRYING", reason }, mediaKey(LIVE)), { act: "wait", ...reason });
});

test("the reason stays in sight during the starts between retries", () => {
  const retrying = onWait({ code: "source_unreachable", text: "away" }, null, 0);
  const starting = onWait({ code: "starting" }, retrying.trouble, 2_000);
  assert.deepEqual(starting.show, { state: "connecting", code: "source_unreachable", text: "away" });
});

test("a source in trouble for ten seconds is called offline", () => {
  const first = onWait({ code: "source_unreachable", text: "away" }, null, 0);
  assert.equal(onWait({ code: "source_unreachable", text: "away" }, first.trouble, 9_000).show.state, "connecting");
  assert.equal(onWait({ code: "source_unreachable", text: "away" }, first.trouble, 10_000).show.state, "offline");
});

test("trouble inside the plane is not called offline", () => {
  const first = onWait({ code: "pusher_gone", text: "ended" }, null, 0);
  assert.equal(onWait({ code: "pusher_gone", text: "ended" }, first.trouble, 60_000).show.state, "connecting");
});

test("a refusal is not asked again by itself", () => {
  for (const [status, code] of [[404, "camera_not_found"], [409, "camera_disabled"], [401, "not_authenticated"]]) {
    assert.deepEqual(refusal({ status, code }), { state: "refused", code, text: "words", retryMs: null });
  }
});

test("a refusal with Retry-After is asked again then", () => {
  const { state, retryMs } = refusal({ status: 429, code: "agency_limit_reached", retryAfter: 7 });
  assert.deepEqual([state, retryMs], ["refused", 7_000]);
});

test("Retry-After 0 does not become a busy loop", () => {
  assert.equal(refusal({ status: 429, code: "agency_limit_reached", retryAfter: 0 }).retryMs, 1_000);
});

test("a server in trouble, or away, is asked again with growing waits", () => {
  for (const [status, code] of [[500, "http_500"], [503, "busy"], [0, "network"], [409, "idempotency_in_progress"]]) {
    assert.deepEqual(refusal({ status, code }), { state: "connecting", code, text: "words", retryMs: 700 });
  }
});

test("a camera that is offline is waited for, not asked", () => {
  const { state, retryMs } = refusal({ status: 409, code: "camera_offline" });
  assert.deepEqual([state, retryMs], ["offline", null]);
});

test("a lapsed lease is replaced once, a revoked one never", () => {
  assert.deepEqual(onEnd({ state: "EXPIRED", code: "expired" }, true), { act: "reserve" });
  assert.deepEqual(onEnd({ state: "EXPIRED", code: "expired" }, false), { act: "show", state: "ended" });
  assert.deepEqual(onEnd({ state: "REVOKED", code: "revoked" }, true), { act: "show", state: "ended" });
});

test("a lease that failed with its camera shows the offline card", () => {
  assert.deepEqual(onEnd({ state: "FAILED", code: "source_away" }, true), { act: "show", state: "offline" });
  assert.deepEqual(onEnd({ state: "FAILED", code: "internal" }, true), { act: "show", state: "ended" });
});

test("a lease that another page took is not reserved again", () => {
  assert.deepEqual(onEnd({ state: "TAKEN", code: "duplicate_identity" }, true), { act: "show", state: "ended" });
});
