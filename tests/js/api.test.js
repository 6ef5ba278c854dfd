import assert from "node:assert/strict";
import test from "node:test";
import { ApiError, call } from "../../static/js/api.js";

function answering(answer) {
  const seen = [];
  globalThis.document = { cookie: "a=b; csrftoken=t%3D1", querySelector: () => null };
  globalThis.fetch = async (url, options) => {
    seen.push({ url, ...options });
    return answer(options);
  };
  return seen;
}

const json = (body, init) => new Response(JSON.stringify(body), init);

test("writes carry the CSRF token of the cookie, reads don't", async () => {
  const seen = answering(() => json({}));
  await call("POST", "/stream/reserve", { body: {} });
  await call("GET", "/stream/stats");
  assert.deepEqual(seen.map(({ headers }) => headers["X-CSRFToken"]), ["t=1", undefined]);
  assert.equal(seen[0].url, "/api/v1/stream/reserve");
});

test("no content is null", async () => {
  answering(() => new Response(null, { status: 204 }));
  assert.equal(await call("DELETE", "/x"), null);
});

test("problem+json becomes a coded error", async () => {
  const problem = { type: "about:blank", title: "Full.", status: 429, code: "agency_limit_reached", limit: 2, used: 2 };
  answering(() => json(problem, { status: 429, headers: { "Retry-After": "5" } }));
  const error = await call("POST", "/x").catch((each) => each);
  assert.deepEqual(
    { ...error },
    { name: "ApiError", status: 429, code: "agency_limit_reached", detail: "Full.", retryAfter: 5, params: { limit: 2, used: 2 } },
  );
  assert.equal(error.transient, false);
});

test("an answer that is no JSON has a code all the same", async () => {
  answering(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));
  const error = await call("GET", "/x").catch((each) => each);
  assert.deepEqual([error.code, error.transient], ["http_502", true]);
});

test("no network and no answer in time are told apart", async () => {
  answering(() => Promise.reject(new TypeError("fetch failed")));
  await assert.rejects(call("GET", "/x"), { code: "network", status: 0 });
  answering(({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))));
  const alive = setTimeout(() => null, 1_000); // a deadline alone does not keep Node running
  await assert.rejects(call("GET", "/x", { deadlineMs: 10 }), (error) => error instanceof ApiError && error.code === "timeout");
  clearTimeout(alive);
});

test("who gives up gets the own reason back", async () => {
  answering(() => Promise.reject(new DOMException("", "AbortError")));
  const given = new AbortController();
  given.abort("closed");
  assert.equal(await call("GET", "/x", { signal: given.signal }).catch((each) => each), "closed");
});
