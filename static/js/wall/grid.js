import * as format from "../format.js";
import { make } from "../player/dom.js";
import { word } from "../words.js";
import { neighbour } from "./geometry.js";
import { Tile } from "./tile.js";

const SETTLE_MS = 400; // on the way from tile to tile no stream is changed

/**
 * The tiles of a wall: one player per camera, moved and never made anew while its camera stays on the wall.
 *
 * All tiles play the sub-stream; the chosen one, a single one and the large one of 1+5 play the main stream.
 * Event: `select`, when another tile is chosen or one is enlarged.
 */
export class Grid extends EventTarget {
  #root;
  #model;
  #limit;
  #tiles = [];
  #players = new Map();
  #selected = -1;
  #enlarged = -1;
  #timer = null;

  constructor(root, model, { limit }) {
    super();
    this.#root = root;
    this.#model = model;
    this.#limit = limit;
    root.addEventListener("focusin", ({ target }) => this.#focused(target));
    model.addEventListener("change", () => this.show());
    this.show();
  }

  /** The chosen place, or -1. */
  get selected() {
    return this.#selected;
  }

  get enlarged() {
    return this.#enlarged;
  }

  get player() {
    return this.#tiles[this.#selected]?.player ?? null;
  }

  placeOf(element) {
    return Number(element?.closest?.(".wall-tile")?.dataset.place ?? -1);
  }

  show() {
    const { size, layout } = this.#model;
    this.#root.dataset.layout = layout;
    this.#fit(size);
    const left = new Set(this.#players.keys());
    for (let place = 0; place < size; place += 1) left.delete(this.#fill(place));
    for (const id of left) this.#drop(id);
    if (this.#selected >= size) this.select(-1);
    if (this.#enlarged >= 0 && !this.#tiles[this.#enlarged]?.player) this.enlarge(-1);
    this.#mark();
  }

  select(place, { focus = false } = {}) {
    const changed = place !== this.#selected;
    this.#selected = place;
    if (this.#enlarged >= 0 && place >= 0 && place !== this.#enlarged) this.enlarge(place);
    this.#mark();
    if (focus) this.#tiles[place]?.element.focus();
    if (changed) this.dispatchEvent(new Event("select"));
  }

  /** -1: all tiles again. The others are not shown, and what is not shown pauses. */
  enlarge(place) {
    if (place >= 0 && !this.#tiles[place]?.player) return;
    this.#enlarged = place;
    this.#mark();
    this.dispatchEvent(new Event("select"));
  }

  /** The tile in the direction of an arrow key from the chosen one; the first where none is chosen. */
  towards(key) {
    if (this.#selected < 0) return 0;
    if (this.#enlarged >= 0) return this.#selected;
    return neighbour(this.#tiles.map(({ element }) => element.getBoundingClientRect()), this.#selected, key);
  }

  /** Heard in one tile at a time. */
  toggleSound() {
    const { player } = this;
    if (!player) return;
    const on = !player.sound;
    for (const each of this.#players.values()) each.sound = on && each === player;
  }

  #focused(target) {
    const place = this.placeOf(target);
    if (place >= 0) this.select(place);
  }

  #fit(size) {
    while (this.#tiles.length > size) this.#tiles.pop().element.remove();
    while (this.#tiles.length < size) this.#tiles.push(this.#tile(this.#tiles.length));
  }

  #tile(place) {
    const tile = new Tile(place, {
      onEnlarge: () => this.enlarge(this.#enlarged === place ? -1 : place),
      onRemove: () => this.#model.clear(place),
    });
    this.#root.append(tile.element);
    return tile;
  }

  /** Returns the camera_id that is played there now. */
  #fill(place) {
    const tile = this.#tiles[place];
    const camera = this.#model.at(place);
    if (place >= this.#limit) tile.say("beyond", word("wall.beyond", { limit: format.count(this.#limit), setting: "MOSAIC_MAX_TILES" }));
    else if (camera) tile.hold(this.#playerOf(camera), camera.name);
    else if (this.#model.hidden.has(place)) tile.say("hidden", word("wall.hidden"));
    else tile.say("empty", word("wall.empty"));
    return place < this.#limit ? camera?.camera_id : undefined;
  }

  #playerOf(camera) {
    const known = this.#players.get(camera.camera_id);
    if (known) return known;
    const player = make("camera-player");
    const attributes = { "camera-id": camera.camera_id, name: camera.name, quality: "low", look: "tile" };
    for (const [name, value] of Object.entries(attributes)) player.setAttribute(name, value);
    this.#players.set(camera.camera_id, player);
    return player;
  }

  #drop(id) {
    this.#players.get(id).remove();
    this.#players.delete(id);
  }

  #mark() {
    const entry = Math.max(0, this.#selected);
    this.#tiles.forEach((tile, place) => {
      tile.element.tabIndex = place === entry ? 0 : -1;
      tile.element.classList.toggle("is-selected", place === this.#selected);
      tile.large = place === this.#enlarged;
    });
    this.#root.toggleAttribute("data-enlarged", this.#enlarged >= 0);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#qualities(), SETTLE_MS);
  }

  #qualities() {
    this.#tiles.forEach(({ player }, place) => {
      const main = place === this.#selected || (place === 0 && ["1", "1+5"].includes(this.#model.layout));
      const quality = main ? "high" : "low";
      if (player && player.getAttribute("quality") !== quality) player.setAttribute("quality", quality);
    });
  }
}
