import { make } from "./dom.js";
import { Gestures } from "./gestures.js";
import { STEP, WHOLE, dragged, frameOf, sane, transformOf, zoomed } from "./zoom-rules.js";
import { word } from "../words.js";

const NUDGE = 0.15; // of the frame
const WAYS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * What the picture is seen through: video, the next layer's video and the frozen frame are moved together. While zoomed
 * there is a small map of the whole picture; a press on it, or arrow keys, choose the part that is shown.
 *
 * Event: `change`, when `view` is another.
 */
export class Lens extends EventTarget {
  eager = true; // whether the wheel is ours alone
  node;
  map = make("button", { type: "button", className: "cp-map", hidden: true });
  #glass;
  #frame = make("span", { className: "cp-map-frame" });
  #view = WHOLE;

  constructor(...nodes) {
    super();
    this.#glass = make("div", { className: "cp-glass" }, ...nodes);
    this.node = make("div", { className: "cp-lens" }, this.#glass);
    this.map.append(this.#frame);
    this.map.setAttribute("aria-label", word("player.map"));
    this.map.title = word("player.map");
    this.map.addEventListener("click", (event) => this.#pressed(event));
    this.map.addEventListener("keydown", (event) => this.nudge(event));
    new Gestures(this.node, this);
  }

  /** {scale, x, y}: see zoom-rules.js. */
  get view() {
    return this.#view;
  }

  set view(wanted) {
    const view = sane(wanted);
    if (["scale", "x", "y"].every((each) => view[each] === this.#view[each])) return;
    this.#view = Object.freeze(view);
    this.#glass.style.transform = transformOf(view);
    this.#frame.style.transform = frameOf(view);
    this.map.hidden = view.scale === 1;
    this.node.classList.toggle("is-zoomed", view.scale > 1);
    this.dispatchEvent(new Event("change"));
  }

  closer() {
    this.view = zoomed(this.#view, this.#view.scale * STEP);
  }

  farther() {
    const scale = this.#view.scale / STEP;
    this.view = scale < 1.05 ? WHOLE : zoomed(this.#view, scale);
  }

  whole() {
    this.view = WHOLE;
  }

  /** An arrow key moves the part that is shown, while there is another. Returns whether it did. */
  nudge(event) {
    const way = WAYS[event.key];
    if (!way || this.#view.scale === 1) return false;
    event.preventDefault();
    event.stopPropagation();
    this.view = dragged(this.#view, way[0] * NUDGE, way[1] * NUDGE);
    return true;
  }

  #pressed({ clientX, clientY, detail }) {
    if (detail === 0) return; // by Enter or Space: no place was meant
    const { x, y, width, height } = this.map.getBoundingClientRect();
    this.view = { scale: this.#view.scale, x: (clientX - x) / width, y: (clientY - y) / height };
  }
}
