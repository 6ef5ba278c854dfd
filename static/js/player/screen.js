import { make } from "./dom.js";
import { Lens } from "./lens.js";
import { Poster } from "./poster.js";
import { Statistics } from "./statistics.js";
import { Toolbar } from "./toolbar.js";
import { View } from "./view.js";
import { Watermark } from "./watermark.js";

const NOTE_MS = 3_000;

/** Everything one sees of a player, put together: the picture in its lens, and what lies over it. */
export class Screen {
  poster = new Poster();
  watermark = new Watermark();
  statistics = new Statistics();
  lens;
  toolbar;
  nodes;
  #stage;
  #view;
  #note = make("p", { className: "cp-note" });
  #noted = null;
  #seen = false; // a frame of this camera

  /** `on`: a function for each tool, and `retry`. */
  constructor(stage, on) {
    this.#stage = stage;
    this.lens = new Lens(...stage.nodes, this.poster.node);
    this.toolbar = new Toolbar(on);
    this.#view = new View({ onRetry: on.retry });
    this.#note.setAttribute("role", "status");
    const [bar, card] = this.#view.nodes;
    this.nodes = [
      this.lens.node, this.watermark.node, card, bar, this.statistics.node, this.lens.map, this.#note, this.toolbar.node,
    ];
    this.lens.addEventListener("change", () => this.toolbar.zoom(this.lens.view.scale));
    stage.sound.addEventListener("change", () => this.toolbar.sound(stage.sound));
  }

  set name(name) {
    this.#view.name = name;
  }

  set look(look) {
    this.toolbar.look = look;
    this.lens.eager = look !== "tile";
  }

  show(detail) {
    const { state } = detail;
    this.#view.show(detail, { again: this.#seen });
    this.#seen ||= state === "live";
    if (state !== "live") this.statistics.show({});
    this.pictured(state);
  }

  /** There may be another picture, or none: the frame that is kept, the poster, or the present. */
  pictured(state) {
    const present = state === "live" || state === "snapshot";
    if (present || this.#seen) this.poster.clear();
    this.#view.age(present ? null : (this.#stage.frozenAt ?? this.poster.takenAt));
    const some = present || Boolean(this.#stage.frozen) || this.poster.shown;
    this.toolbar.picture({ some, movable: state === "live" && !this.watermark.text && this.#stage.movable });
  }

  numbers(numbers, { transport, quality }) {
    this.#view.numbers(numbers);
    this.statistics.show({ numbers, transport, quality });
  }

  /** A line that goes away by itself, read out too. */
  note(text) {
    clearTimeout(this.#noted);
    this.#note.textContent = text; // in a place that is always there: a screen reader would miss one that appears
    this.#noted = setTimeout(() => (this.#note.textContent = ""), NOTE_MS);
  }

  close() {
    clearTimeout(this.#noted);
    this.#note.textContent = "";
    this.#view.close();
    this.watermark.close();
    this.poster.clear();
    this.lens.whole();
    this.#seen = false;
  }
}
