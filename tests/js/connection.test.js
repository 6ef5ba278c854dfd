import assert from "node:assert/strict";
import test from "node:test";
import { urlsOf, wayOf } from "../../static/js/connection/checks.js";
import { report, verdict } from "../../static/js/connection/report.js";

const WHERE = { at: new Date(0), page: "https://x.test", browser: "B", language: "ar", sfu: "livekit" };

test("TURN's URLs are told apart by the way they go", () => {
  assert.equal(wayOf("turn:h:3478"), "udp");
  assert.equal(wayOf("turn:h:3478?transport=udp"), "udp");
  assert.equal(wayOf("turn:h:3478?transport=tcp"), "tcp");
  assert.equal(wayOf("turns:h:5349?transport=tcp"), "tls");
  assert.equal(wayOf("stun:h:3478"), null);
});

test("each URL is tried with its own server's credentials", () => {
  const servers = [{ urls: ["turn:a", "turns:a"], username: "u", credential: "c" }, { urls: "turn:b" }];
  assert.deepEqual(urlsOf(servers, "udp").map(({ url, username }) => [url, username]), [["turn:a", "u"], ["turn:b", undefined]]);
});

test("the report has the steps and nothing that was not named", () => {
  const step = { step: "api", result: "ok", ms: 3, detail: "x.test", media: { ice_servers: [{ credential: "secret" }] } };
  const told = JSON.parse(report([step], WHERE));
  assert.deepEqual(told.steps, [{ step: "api", result: "ok", ms: 3, detail: "x.test" }]);
  assert.equal(told.made_at, "1970-01-01T00:00:00.000Z");
});

test("one failure decides, once all are done", () => {
  assert.equal(verdict([{ result: "failed" }, { result: "running" }]), "running");
  assert.equal(verdict([{ result: "failed" }, { result: "ok" }]), "failed");
  assert.equal(verdict([{ result: "none" }, { result: "ok" }]), "ok");
});
