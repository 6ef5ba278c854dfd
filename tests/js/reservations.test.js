import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { ApiError } from "../../static/js/api.js";
import { Reservations } from "../../static/js/reservations.js";

const LINGER_MS = 20;

function page({ reserve } = {}) {
  const seen = { reserved: [], keys: [], released: [], closed: 0 };
  const registry = new Reservations({
    lingerMs: LINGER_MS,
    reserve: async (body, key) => {
      const nth = seen.reserved.push(body);
      seen.keys.push(key);
      await wait(5);
      return reserve ? reserve(nth) : { reservation_id: `r${nth}` };
    },
    release: (id) => seen.released.push(id),
    makeLease: (reservation) => ({
      reservation,
      over: false,
      close() {
        this.over = true;
        seen.closed += 1;
      },
    }),
  });
  return { registry, seen, acquire: (cameraId = "a", more = {}) => registry.acquire({ cameraId, ...more }) };
}

test("consumers who ask at once share one request and one lease", async () => {
  const { acquire, seen } = page();
  const leases = await Promise.all([acquire(), acquire(), acquire()].map((claim) => claim.open()));
  assert.equal(seen.reserved.length, 1);
  assert.equal(new Set(leases).size, 1);
});

test("who comes later shares the lease, whatever quality it wants", async () => {
  const { acquire, seen } = page();
  const first = await acquire().open();
  assert.equal(await acquire("a", { quality: "low", transport: "hls" }).open(), first);
  assert.equal(seen.reserved.length, 1);
});

test("another camera is another reservation", async () => {
  const { acquire, seen } = page();
  await Promise.all([acquire("a").open(), acquire("b").open()]);
  assert.deepEqual(seen.reserved.map((each) => each.camera_id), ["a", "b"]);
});

test("only the last consumer releases, and once", async () => {
  const { acquire, seen } = page();
  const [one, two] = [acquire(), acquire()];
  await Promise.all([one.open(), two.open()]);
  one.dispose();
  one.dispose();
  await wait(3 * LINGER_MS);
  assert.deepEqual(seen.released, []);
  two.dispose();
  await wait(3 * LINGER_MS);
  assert.deepEqual(seen.released, ["r1"]);
});

test("an element that is moved keeps its reservation", async () => {
  const { acquire, seen } = page();
  const before = acquire();
  const lease = await before.open();
  before.dispose();
  assert.equal(await acquire().open(), lease);
  await wait(3 * LINGER_MS);
  assert.deepEqual([seen.reserved.length, seen.released], [1, []]);
});

test("an element that is moved while it reserves shares the request", async () => {
  const { acquire, seen } = page();
  const before = acquire();
  const asked = before.open();
  before.dispose();
  assert.equal(await acquire().open(), await asked);
  assert.equal(seen.reserved.length, 1);
});

test("a reservation that comes when nobody waits any more is released", async () => {
  const { acquire, seen } = page();
  const claim = acquire();
  claim.open();
  claim.dispose();
  await wait(3 * LINGER_MS);
  assert.deepEqual(seen.released, ["r1"]);
});

test("a refusal reaches everyone who waited, and the next one asks again", async () => {
  const refuse = (nth) => {
    if (nth === 1) throw new ApiError({ status: 429, code: "agency_limit_reached" });
    return { reservation_id: "later" };
  };
  const { acquire, seen } = page({ reserve: refuse });
  const claims = [acquire(), acquire()];
  for (const { reason } of await Promise.allSettled(claims.map((each) => each.open()))) {
    assert.equal(reason.code, "agency_limit_reached");
  }
  assert.equal((await claims[0].open()).reservation.reservation_id, "later");
  assert.notEqual(seen.keys[0], seen.keys[1]);
});

test("an answer that was not heard is asked for again: same key, same words", async () => {
  const lost = (nth) => {
    if (nth === 1) throw new ApiError({ code: "timeout" });
    if (nth === 2) throw new ApiError({ status: 409, code: "idempotency_in_progress" });
    return { reservation_id: "r" };
  };
  const { acquire, seen } = page({ reserve: lost });
  const claim = acquire();
  await assert.rejects(claim.open());
  claim.quality = "low";
  await assert.rejects(claim.open());
  await claim.open();
  assert.equal(new Set(seen.keys).size, 1);
  assert.deepEqual(seen.reserved[2], seen.reserved[0]);
});

test("a lease that ended is replaced, and not released", async () => {
  const { acquire, seen } = page();
  const claim = acquire();
  (await claim.open()).over = true;
  assert.equal((await claim.open()).reservation.reservation_id, "r2");
  claim.dispose();
  await wait(3 * LINGER_MS);
  assert.deepEqual(seen.released, ["r2"]);
});

test("a page that goes away releases everything; coming back reserves anew", async () => {
  const { registry, acquire, seen } = page();
  const claim = acquire("a");
  await Promise.all([claim.open(), acquire("b").open()]);
  registry.releaseAll();
  assert.deepEqual(seen.released, ["r1", "r2"]);
  assert.equal((await claim.open()).reservation.reservation_id, "r3");
});
