import { ApiError, call } from "./api.js";
import { Lease } from "./lease.js";

const LINGER_MS = 300;

/** A key of 128 random bits; `crypto.randomUUID` is missing where the page came over plain http. */
function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One camera in this page: its consumers, and at most one lease (or one request for it). */
class Entry {
  claims = new Set();
  lease = null;
  opening = null;
  attempt = null; // {key, body} of a request that may have been carried out though we did not hear so
  linger = null;
}

/**
 * A consumer's part in the reservation of a camera. Any number of claims share one reservation; `dispose()` of the
 * last one releases it, after a short linger, so that an element moved in the page keeps its place.
 */
class Claim {
  #registry;
  #entry;
  disposed = false;

  constructor(registry, entry, { cameraId, quality, transport }) {
    Object.assign(this, { cameraId, quality, transport });
    this.#registry = registry;
    this.#entry = entry;
  }

  /** The lease all claims of this camera share; asks the server only if there is none and no one is asking. */
  open() {
    return this.#registry.open(this.#entry, this);
  }

  dispose() {
    if (this.disposed) return;
    this.disposed = true;
    this.#registry.left(this.#entry, this);
  }
}

export class Reservations {
  #entries = new Map();
  #reserve;
  #release;
  #makeLease;
  #lingerMs;

  constructor({ reserve, release, makeLease, lingerMs = LINGER_MS }) {
    this.#reserve = reserve;
    this.#release = release;
    this.#makeLease = makeLease;
    this.#lingerMs = lingerMs;
  }

  /** Counts one more consumer of `cameraId`. `quality` and `transport` matter only to whoever reserves first. */
  acquire({ cameraId, quality = "auto", transport = "auto" }) {
    const entry = this.#entries.get(cameraId) ?? new Entry();
    this.#entries.set(cameraId, entry);
    clearTimeout(entry.linger);
    const claim = new Claim(this, entry, { cameraId, quality, transport });
    entry.claims.add(claim);
    return claim;
  }

  open(entry, claim) {
    if (entry.lease && !entry.lease.over) return Promise.resolve(entry.lease);
    entry.opening ??= this.#ask(entry, claim).finally(() => {
      entry.opening = null;
    });
    return entry.opening;
  }

  left(entry, claim) {
    entry.claims.delete(claim);
    if (entry.claims.size > 0) return;
    entry.linger = setTimeout(() => this.#drop(claim.cameraId, entry), this.#lingerMs);
  }

  /** The page goes away: every reservation is given back, at once and in requests that outlive the page. */
  releaseAll() {
    for (const entry of this.#entries.values()) {
      if (entry.lease) this.#giveBack(entry);
    }
  }

  async #ask(entry, { cameraId, quality, transport }) {
    entry.attempt ??= { key: freshKey(), body: { camera_id: cameraId, quality, transport } };
    try {
      const reservation = await this.#reserve(entry.attempt.body, entry.attempt.key);
      entry.attempt = null;
      entry.lease = this.#makeLease(reservation);
      return entry.lease;
    } catch (error) {
      const unsure = error instanceof ApiError && (error.transient || error.code === "idempotency_in_progress");
      if (!unsure) entry.attempt = null;
      throw error;
    }
  }

  /** An answer still under way is awaited, since its lease would be nobody's. */
  async #drop(cameraId, entry) {
    await entry.opening?.catch(() => null);
    if (entry.claims.size > 0) return;
    if (this.#entries.get(cameraId) === entry) this.#entries.delete(cameraId);
    if (entry.lease) this.#giveBack(entry);
  }

  #giveBack(entry) {
    const { lease } = entry;
    entry.lease = null;
    if (lease.over) return;
    lease.close();
    this.#release(lease.reservation.reservation_id);
  }
}

/** The reservations of this page. */
export const reservations = new Reservations({
  reserve: (body, key) =>
    call("POST", "/stream/reserve", { body, headers: { "Idempotency-Key": key }, deadlineMs: 20_000 }),
  release: (id) => call("DELETE", `/stream/release/${id}`, { keepalive: true }).catch(() => null),
  makeLease: (reservation) => new Lease(reservation),
});
globalThis.addEventListener?.("pagehide", () => reservations.releaseAll());
