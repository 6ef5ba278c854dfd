import { call } from "../api.js";
import { cameraStates } from "../camera-states.js";
import * as format from "../format.js";
import { make } from "../player/dom.js";
import { word } from "../words.js";

const AT_ONCE = 50;
const SETTLE_MS = 150;

/**
 * The list beside the wall: a search field and what it found. The field keeps the focus; arrows go through the list,
 * Enter takes. Event: `take` (detail: the camera), by click or Enter.
 */
export class CameraList extends EventTarget {
  #field;
  #list;
  #told;
  #placeOf;
  #cameras = new Map();
  #active = -1;
  #asking = new AbortController();
  #timer = null;

  /** `placeOf(camera_id)`: the tile that shows it, or -1. */
  constructor(root, placeOf) {
    super();
    this.#field = root.querySelector("[data-search]");
    this.#list = root.querySelector("[data-found]");
    this.#told = root.querySelector("[data-count]");
    this.#placeOf = placeOf;
    this.#field.addEventListener("input", () => this.#later());
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("click", ({ target }) => this.#clicked(target));
    cameraStates.addEventListener("back", () => this.ask());
    this.ask();
  }

  focus() {
    this.#field.focus();
    this.#field.select();
  }

  /** The camera of a row, or of anything in it. */
  cameraOf(element) {
    return this.#cameras.get(element.closest?.("[data-camera]")?.dataset.camera) ?? null;
  }

  /** Says which cameras are on the wall, and where. */
  mark() {
    for (const row of this.#list.children) {
      const place = this.#placeOf(row.dataset.camera);
      row.querySelector(".found-place").textContent = place < 0 ? "" : format.count(place + 1);
      row.classList.toggle("is-shown", place >= 0);
    }
  }

  async ask() {
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const query = new URLSearchParams({ q: this.#field.value.trim(), limit: String(AT_ONCE) });
    try {
      const { count, results } = await call("GET", `/cameras?${query}`, { signal });
      if (!signal.aborted) this.#show(results, count);
    } catch (error) {
      if (signal.aborted) return;
      this.#told.textContent = error.detail || word("wall.list.failed");
      this.#later(3_000);
    }
  }

  #later(ms = SETTLE_MS) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.ask(), ms);
  }

  #show(cameras, count) {
    this.#cameras = new Map(cameras.map((camera) => [camera.camera_id, camera]));
    this.#list.replaceChildren(...cameras.map(row));
    this.#told.textContent = counted(cameras.length, count);
    this.mark();
    this.#activate(cameras.length ? 0 : -1);
  }

  #activate(index) {
    this.#active = index;
    [...this.#list.children].forEach((each, at) => each.setAttribute("aria-selected", String(at === index)));
    const active = this.#list.children[index];
    if (active) this.#field.setAttribute("aria-activedescendant", active.id);
    else this.#field.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const last = this.#list.children.length - 1;
      this.#activate(Math.min(last, Math.max(0, this.#active + step)));
    } else if (event.key === "Enter") this.#take(this.#list.children[this.#active]);
    else return;
    event.preventDefault();
  }

  #clicked(target) {
    const found = target.closest("[data-camera]");
    if (!found) return;
    this.#activate([...this.#list.children].indexOf(found));
    this.#take(found);
  }

  #take(found) {
    const camera = found && this.cameraOf(found);
    if (camera) this.dispatchEvent(new CustomEvent("take", { detail: camera }));
  }
}

function counted(shown, count) {
  if (count === 0) return word("wall.list.none");
  if (shown < count) return word("wall.list.some", { shown: format.count(shown), count: format.count(count) });
  return word("wall.list.all", { count: format.count(count) });
}

function row(camera) {
  const mark = make("span", { className: "state" }, make("span", { className: "state-word" }, word(`camera.${camera.state}`)));
  Object.assign(mark.dataset, { cameraId: camera.camera_id, state: camera.state });
  const name = make("span", { className: "found-name", dir: "auto", textContent: camera.name });
  const id = make("span", { className: "id", dir: "ltr", textContent: camera.camera_id });
  const place = make("span", { className: "found-place number" });
  const li = make("li", { className: "found", id: `found-${camera.camera_id}`, draggable: true }, name, place, id, mark);
  li.dataset.camera = camera.camera_id;
  li.setAttribute("role", "option");
  return li;
}
