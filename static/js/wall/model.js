export const MOST = 25;

/**
 * A wall as it is on the screen: what is in which tile, and whether that is saved. Knows neither page nor server.
 *
 * `tiles`: a camera {camera_id, name, …} or null per place, for all places of the largest layout, so that a smaller one
 * and back loses nothing. `hidden`: places whose camera the reader may not see, or that is gone.
 * Event: `change`, after every change.
 */
export class WallModel extends EventTarget {
  id = null;
  version = null;
  name;
  layout = "4";
  agency = null;
  mine = true;
  mayChange = true;
  owner = "";
  dirty = false;
  tiles = new Array(MOST).fill(null);
  hidden = new Set();
  #sizes;

  /** `layouts`: [{name, tiles}]; `wall`: as the API tells it, or null for a new one, which is called `name`. */
  constructor({ layouts, wall, name = "" }) {
    super();
    this.#sizes = new Map(layouts.map((each) => [each.name, each.tiles]));
    this.name = name;
    if (wall) this.#read(wall);
  }

  get size() {
    return this.#sizes.get(this.layout);
  }

  sizeOf(layout) {
    return this.#sizes.get(layout);
  }

  /** Takes over what was saved; what is beyond its layout stays for later. */
  saved(wall) {
    this.#read(wall);
    this.#tell();
  }

  at(place) {
    return this.tiles[place];
  }

  placeOf(cameraId) {
    return this.tiles.slice(0, this.size).findIndex((camera) => camera?.camera_id === cameraId);
  }

  /** Where a camera goes by itself: the chosen tile if it is empty, else the first empty one, else the chosen; or -1. */
  target(chosen = -1, limit = MOST) {
    const size = Math.min(this.size, limit);
    const free = (place) => place >= 0 && place < size && !this.tiles[place] && !this.hidden.has(place);
    if (free(chosen)) return chosen;
    const first = [...Array(size).keys()].find(free);
    return first ?? (chosen < size ? chosen : -1);
  }

  /** A camera is on a wall once: one that is there already changes places. */
  put(place, camera) {
    const before = this.placeOf(camera.camera_id);
    if (before >= 0) this.move(before, place);
    else this.#change(() => this.#set(place, camera));
  }

  clear(place) {
    if (!this.tiles[place] && !this.hidden.has(place)) return;
    this.#change(() => this.#set(place, null));
  }

  /** What is in two tiles changes places. */
  move(from, to) {
    if (from === to || !this.tiles[from]) return;
    this.#change(() => {
      const other = this.tiles[to];
      this.#set(to, this.tiles[from]);
      this.#set(from, other);
    });
  }

  change(fields) {
    const different = Object.entries(fields).some(([name, value]) => this[name] !== value);
    if (different) this.#change(() => Object.assign(this, fields));
  }

  /** What is asked for when it is saved. Places with a camera that is not ours to see are left as they are. */
  get body() {
    const places = [...Array(this.size).keys()].filter((place) => !this.hidden.has(place));
    const tiles = places.map((place) => ({ place, camera_id: this.tiles[place]?.camera_id ?? null }));
    const { name, layout, agency } = this;
    return { name, layout, agency, tiles, ...(this.id !== null && { version: this.version }) };
  }

  #read({ id, version, name, layout, agency, mine, may_change: mayChange, owner, tiles }) {
    Object.assign(this, { id, version, name, layout, agency, mine, mayChange, owner, dirty: false });
    this.hidden = new Set(tiles.filter((tile) => tile.hidden).map((tile) => tile.place));
    for (const { place, camera } of tiles) this.tiles[place] = camera;
  }

  #set(place, camera) {
    this.tiles[place] = camera;
    this.hidden.delete(place);
  }

  #change(act) {
    act();
    this.dirty = true;
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}
