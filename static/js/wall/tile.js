import * as format from "../format.js";
import { make } from "../player/dom.js";
import { symbol } from "../site/icons.js";
import { word } from "../words.js";

function tool(className, icon, label, run) {
  const button = make("button", { type: "button", className: `tile-tool ${className}`, title: label }, symbol(icon));
  button.setAttribute("aria-label", label);
  button.addEventListener("click", run);
  return button;
}

/** One place of the wall: a number, and a player or words about why there is none. */
export class Tile {
  element;
  #place;
  #view = make("div", { className: "tile-view" });
  #empty = make("p", { className: "tile-words" });
  #note = make("div", { className: "tile-note" }, symbol("plus"), this.#empty);
  #tools;

  /** `onEnlarge()`, `onRemove()`: the buttons. */
  constructor(place, { onEnlarge, onRemove }) {
    this.#place = place;
    const number = make("span", { className: "tile-number number", textContent: format.count(place + 1) });
    number.setAttribute("aria-hidden", "true"); // it is in the tile's name
    const large = tool("tile-enlarge", "maximize-2", word("wall.enlarge"), onEnlarge);
    const remove = tool("tile-remove", "x", word("wall.remove"), onRemove);
    this.#tools = make("div", { className: "tile-tools" }, large, remove);
    this.element = make("section", { className: "wall-tile", tabIndex: -1 }, this.#view, number, this.#tools);
    this.element.dataset.place = String(place);
    this.element.addEventListener("pointerdown", ({ target }) => this.#grip(target));
    this.element.setAttribute("role", "group");
  }

  get player() {
    return this.#view.querySelector("camera-player");
  }

  /** A player that plays goes on playing while it is moved, where the browser can do that. */
  hold(player, name) {
    if (player.parentNode !== this.#view) {
      if (player.isConnected && this.#view.moveBefore) this.#view.moveBefore(player, null);
      else this.#view.append(player);
    }
    this.#note.remove();
    this.#dress("filled", name);
  }

  /** `why`: empty, hidden or beyond. */
  say(why, text) {
    this.#empty.textContent = text;
    if (!this.#note.isConnected) this.#view.append(this.#note);
    this.#dress(why, text);
  }

  set large(large) {
    this.element.classList.toggle("is-large", large);
    this.#tools.firstElementChild.setAttribute("aria-pressed", String(large));
  }

  /** A slider, and a picture that is enlarged by itself, are dragged by their own rules. */
  #grip(target) {
    this.element.draggable = this.element.dataset.tile === "filled" && !target.closest(".is-zoomed, input");
  }

  #dress(state, text) {
    this.element.dataset.tile = state;
    this.element.draggable = state === "filled";
    this.#tools.hidden = !["filled", "hidden"].includes(state);
    this.#tools.firstElementChild.hidden = state !== "filled";
    this.element.setAttribute("aria-label", word("wall.tile", { number: format.count(this.#place + 1), name: text }));
  }
}
