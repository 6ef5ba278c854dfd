import { make } from "./dom.js";
import { stamp } from "./stamp.js";

const PLACES = 6; // so that no part of the picture can be cut out without it

/**
 * Who watches, and when, over the picture: whoever photographs the screen photographs that too. It is a deterrent, not
 * a lock: what a browser shows, its owner can change.
 */
export class Watermark {
  node = make("div", { className: "cp-mark", hidden: true });
  #text = "";
  #timer = null;
  #places = Array.from({ length: PLACES }, () => make("span", { dir: "auto" }));

  constructor() {
    this.node.setAttribute("aria-hidden", "true");
    this.node.append(...this.#places);
  }

  /** Empty: none. */
  get text() {
    return this.#text;
  }

  set text(text) {
    if (text === this.#text) return;
    this.#text = text;
    this.node.hidden = !this.#text;
    clearInterval(this.#timer);
    if (!this.#text) return;
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), 1000);
  }

  close() {
    this.text = "";
  }

  /** Of now, as it stands over the picture; "" where there is none. */
  line(now = new Date()) {
    return this.#text && `${this.#text} · ${stamp(now)}`;
  }

  #draw() {
    const line = this.line();
    for (const place of this.#places) place.textContent = line;
  }
}
