/** Growing waits with a cap, and jitter so that a thousand players don't ask in the same moment. */
export class Backoff {
  #firstMs;
  #capMs;
  #random;
  #attempt = 0;

  constructor({ firstMs = 500, capMs = 15_000, random = Math.random } = {}) {
    this.#firstMs = firstMs;
    this.#capMs = capMs;
    this.#random = random;
  }

  get attempts() {
    return this.#attempt;
  }

  /** Milliseconds to wait now: 75–100 % of first × 2ⁿ, never more than the cap. */
  next() {
    const full = Math.min(this.#capMs, this.#firstMs * 2 ** Math.min(this.#attempt, 30));
    this.#attempt += 1;
    return Math.round(full * (0.75 + 0.25 * this.#random()));
  }

  reset() {
    this.#attempt = 0;
  }
}
