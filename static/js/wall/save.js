import { call } from "../api.js";
import { word } from "../words.js";

/**
 * Saving a wall, and what is said about it.
 *
 * `told(text, kind)` shows a sentence: kind "", good or bad. `clash(actions)`: somebody else saved in the meantime;
 * offers what can be done, null takes the offer away. One save at a time.
 */
export class Saving {
  #model;
  #told;
  #clash;
  #busy = false;

  constructor(model, { told, clash }) {
    this.#model = model;
    this.#told = told;
    this.#clash = clash;
    model.addEventListener("change", () => this.#changed());
  }

  /** Whether it is saved now. */
  async save() {
    if (this.#busy) return false;
    this.#busy = true;
    this.#clash(null);
    this.#told(word("wall.saving"), "");
    try {
      this.#took(await this.#send());
      return true;
    } catch (error) {
      this.#refused(error);
      return false;
    } finally {
      this.#busy = false;
    }
  }

  /** As a wall of one's own, whosever this one is. */
  async copy() {
    const { name } = this.#model;
    Object.assign(this.#model, { id: null, agency: null });
    this.#model.change({ name: word("wall.copy_of", { name }).slice(0, 80) });
    return this.save();
  }

  async remove() {
    try {
      await call("DELETE", `/walls/${this.#model.id}`);
      location.assign("/wall?new");
    } catch (error) {
      this.#refused(error);
    }
  }

  #send() {
    const { id, body } = this.#model;
    return id === null ? call("POST", "/walls", { body }) : call("PUT", `/walls/${id}`, { body });
  }

  #took(wall) {
    this.#model.saved(wall);
    history.replaceState(null, "", `/walls/${wall.id}`);
    this.#told(word("wall.saved"), "good");
  }

  #changed() {
    if (this.#model.dirty) this.#told(word(this.#model.mayChange ? "wall.unsaved" : "wall.only_here"), "");
  }

  #refused(error) {
    if (error.code === undefined) throw error;
    this.#told(error.detail || word("wall.save_failed"), "bad");
    if (error.code === "wall_changed") this.#clash({ theirs: () => location.reload(), mine: () => this.#over() });
  }

  /** Over what somebody else saved. */
  async #over() {
    try {
      this.#model.version = (await call("GET", `/walls/${this.#model.id}`)).version;
      await this.save();
    } catch (error) {
      this.#refused(error);
    }
  }
}
