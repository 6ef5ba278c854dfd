import { Backoff } from "./backoff.js";
import { server } from "./site/server.js";

const FINAL = 4400;
const SPREAD_MS = 2_000; // a server that is back must not meet all sockets of a control room at once

/**
 * A WebSocket of our own server that comes back by itself, with growing waits.
 *
 * Events: `message` (detail: the parsed JSON), `up`, `down`. `close()` is final, and so is a close by the server with
 * one of our own codes (4400 and above: refused, ended, gone). A loss is a reason to ask whether the server is there.
 */
export class LiveSocket extends EventTarget {
  #path;
  #socket = null;
  #backoff = new Backoff({ firstMs: 500, capMs: 10_000 });
  #timer = null;
  #closed = false;
  #online = () => this.#reconnectNow();
  #serverChanged = ({ detail }) => detail.up && this.#reconnectSoon();

  constructor(path) {
    super();
    this.#path = path;
  }

  get up() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  open() {
    addEventListener("online", this.#online);
    server.addEventListener("change", this.#serverChanged);
    this.#connect();
    return this;
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#listenNoMore();
    this.#socket?.close(1000);
    this.#socket = null;
  }

  #connect() {
    const url = new URL(this.#path, location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onopen = () => {
      this.#backoff.reset();
      this.dispatchEvent(new Event("up"));
    };
    socket.onmessage = ({ data }) => this.dispatchEvent(new CustomEvent("message", { detail: JSON.parse(data) }));
    socket.onclose = ({ code }) => this.#lost(socket, code);
  }

  #lost(socket, code) {
    if (this.#closed || socket !== this.#socket) return;
    this.#socket = null;
    if (code >= FINAL) {
      this.#closed = true;
      this.#listenNoMore();
    } else server.doubt();
    this.dispatchEvent(new Event("down"));
    if (this.#closed) return; // a listener may have had enough
    this.#timer = setTimeout(() => this.#connect(), this.#backoff.next());
  }

  #listenNoMore() {
    removeEventListener("online", this.#online);
    server.removeEventListener("change", this.#serverChanged);
  }

  #reconnectSoon() {
    if (this.#closed || this.#socket) return;
    clearTimeout(this.#timer);
    this.#backoff.reset();
    this.#timer = setTimeout(() => this.#connect(), Math.random() * SPREAD_MS);
  }

  #reconnectNow() {
    if (this.#closed || this.#socket) return;
    clearTimeout(this.#timer);
    this.#backoff.reset();
    this.#connect();
  }
}
