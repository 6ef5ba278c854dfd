import { Backoff } from "../backoff.js";

export const ATTEMPTS = 3;
const RUNGS = {
  auto: ["webrtc", "hls", "snapshot"],
  webrtc: ["webrtc", "snapshot"],
  hls: ["hls", "snapshot"],
};

/**
 * From the best way of transport down to a still picture: so many attempts on each rung, then the next. Pure.
 *
 * `current` is null below the last rung.
 */
export class Ladder {
  #rungs;
  #rung = 0;
  #failures = 0;
  #backoff;

  constructor(preference = "auto", { random } = {}) {
    this.#rungs = RUNGS[preference] ?? RUNGS.auto;
    this.#backoff = new Backoff({ firstMs: 500, capMs: 8_000, random });
  }

  get current() {
    return this.#rungs[this.#rung] ?? null;
  }

  /** Whether this is no longer what was asked for. */
  get fallenBack() {
    return this.#rung > 0;
  }

  /** One attempt failed. Returns the milliseconds to wait before the next one. `hopeless`: no use trying again. */
  failed({ hopeless = false } = {}) {
    this.#failures += 1;
    if (!hopeless && this.#failures < ATTEMPTS && this.current !== "snapshot") return this.#backoff.next();
    this.#rung += 1;
    this.#failures = 0;
    this.#backoff.reset();
    return 0;
  }

  /** The current rung works. */
  succeeded() {
    this.#failures = 0;
    this.#backoff.reset();
  }

  /** Back to the top: the viewer asked, or the stream is a new one. */
  reset() {
    this.#rung = 0;
    this.succeeded();
  }
}
