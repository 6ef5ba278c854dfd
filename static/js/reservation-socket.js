import { ApiError, call } from "./api.js";
import { LiveSocket } from "./live-socket.js";

const POLL_MS = 3_000;

/**
 * News of one reservation: pushed, and asked for while the socket is down.
 *
 * Events: `news` (detail: the reservation), `gone` (detail: ApiError; the server knows no such lease of ours).
 */
export class ReservationSocket extends EventTarget {
  #id;
  #socket;
  #poll = null;
  #closed = false;

  constructor(id) {
    super();
    this.#id = id;
    this.#socket = new LiveSocket(`/ws/reservations/${id}`);
    this.#socket.addEventListener("message", ({ detail }) => this.#heard(detail));
    this.#socket.addEventListener("up", () => this.#stopPolling());
    this.#socket.addEventListener("down", () => this.#startPolling());
    this.#socket.open();
  }

  /** Asks once, now. */
  async refresh() {
    try {
      this.#heard({ type: "reservation", ...(await call("GET", `/stream/reservations/${this.#id}`)) });
    } catch (error) {
      if (!this.#closed && error instanceof ApiError && !error.transient) {
        this.dispatchEvent(new CustomEvent("gone", { detail: error }));
      }
    }
  }

  close() {
    this.#closed = true;
    this.#stopPolling();
    this.#socket.close();
  }

  #heard({ type, ...reservation }) {
    if (this.#closed || type !== "reservation") return;
    this.dispatchEvent(new CustomEvent("news", { detail: reservation }));
  }

  #startPolling() {
    if (this.#closed || this.#poll) return;
    this.refresh();
    this.#poll = setInterval(() => this.refresh(), POLL_MS);
  }

  #stopPolling() {
    clearInterval(this.#poll);
    this.#poll = null;
  }
}
