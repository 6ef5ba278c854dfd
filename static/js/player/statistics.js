import * as format from "../format.js";
import { word } from "../words.js";
import { make } from "./dom.js";

const known = (value, show) => (Number.isFinite(value) ? show(value) : null);
const ms = (value) => known(value, (number) => word("player.ms", { value: format.count(number) }));

/** [key, text] of what is known; what a transport does not tell is not shown. Pure. */
export function rowsOf({ transport, quality, numbers }) {
  const { width, height, fps, bitrate, latencyMs, jitterBufferMs, roundTripMs, packetsLost, framesDropped } = numbers;
  return [
    ["transport", transport && word(`player.transport.${transport}`)],
    ["quality", quality && word(`player.quality.${quality}`)],
    ["layer", numbers.layer && word(`player.quality.${numbers.layer}`)],
    ["size", width && height ? `${width} × ${height}` : null],
    ["fps", known(fps, format.count)],
    ["codec", numbers.codec ?? null],
    ["bitrate", known(bitrate, (value) => word("player.megabits", { value: format.megabits(value) }))],
    ["latency", ms(latencyMs)],
    ["buffer", ms(jitterBufferMs)],
    ["round_trip", ms(roundTripMs)],
    ["lost", known(packetsLost, format.count)],
    ["dropped", known(framesDropped, format.count)],
  ].filter(([, text]) => text);
}

/** The numbers of the picture, over it; off until asked for. */
export class Statistics {
  node = make("dl", { className: "cp-numbers", hidden: true });
  #last = {};

  get on() {
    return !this.node.hidden;
  }

  set on(on) {
    this.node.hidden = !on;
    this.#draw();
  }

  /** {transport, quality, numbers}. */
  show(what) {
    this.#last = what;
    this.#draw();
  }

  #draw() {
    if (this.node.hidden) return;
    const rows = rowsOf({ numbers: {}, ...this.#last });
    const lines = rows.map(([key, text]) => {
      const name = make("dt", { textContent: word(`player.number.${key}`) });
      return make("div", {}, name, make("dd", { dir: "auto", textContent: text }));
    });
    this.node.replaceChildren(...lines);
  }
}
