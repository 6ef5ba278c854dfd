import { LiveSocket } from "../live-socket.js";

const POLL_MS = 2_000;
const SILENT_MS = 25_000; // the server says something every ten seconds

/**
 * The parts of a page, pushed by a socket; asked for while there is none.
 *
 * Events: `parts` (detail: what changed, or all), `source` (detail: live, polling, lost). A socket that says nothing for
 * too long is taken for lost, though nobody told us: a new one is opened, and it begins with everything.
 */
export class LiveParts extends EventTarget {
  #path;
  #ask;
  #make;
  #socket = null;
  #polling = null;
  #silence = null;
  #asked = false;

  /** `ask`: resolves to all parts; `make`: a socket like LiveSocket (tests give their own). */
  constructor({ path, ask, make = (where) => new LiveSocket(where) }) {
    super();
    this.#path = path;
    this.#ask = ask;
    this.#make = make;
  }

  open() {
    const socket = this.#make(this.#path);
    this.#socket = socket;
    socket.addEventListener("up", () => socket === this.#socket && this.#listen());
    socket.addEventListener("down", () => socket === this.#socket && this.#poll());
    socket.addEventListener("message", ({ detail }) => socket === this.#socket && this.#take(detail));
    socket.open();
    return this;
  }

  close() {
    this.#stopPolling();
    clearTimeout(this.#silence);
    this.#socket?.close();
    this.#socket = null;
  }

  /** Live is said with the first message: only then is what the page shows known to be new. */
  #take(message) {
    if (message.type !== "dashboard") return;
    this.#stopPolling();
    this.#listen();
    this.#tell("source", "live");
    const { type, ...parts } = message;
    if (Object.keys(parts).length) this.#tell("parts", parts);
  }

  #listen() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#anew(), SILENT_MS);
  }

  #anew() {
    const old = this.#socket;
    this.#socket = null;
    old?.close();
    this.#poll();
    this.open();
  }

  #poll() {
    clearTimeout(this.#silence);
    if (this.#polling) return;
    this.#polling = setInterval(() => this.#look(), POLL_MS);
    this.#look();
  }

  #stopPolling() {
    clearInterval(this.#polling);
    this.#polling = null;
  }

  async #look() {
    if (this.#asked) return;
    this.#asked = true;
    try {
      const parts = await this.#ask();
      if (!this.#polling) return;
      this.#tell("source", "polling");
      this.#tell("parts", parts);
    } catch {
      if (this.#polling) this.#tell("source", "lost");
    } finally {
      this.#asked = false;
    }
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
