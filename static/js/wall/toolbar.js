import * as format from "../format.js";
import { word } from "../words.js";

/**
 * The line above the wall: name, layout, whom it is shared with, saving. Follows the model and changes it.
 * `limit`: tiles allowed; a larger layout is refused by the name of the setting.
 */
export class Toolbar {
  #root;
  #model;
  #limit;

  constructor(root, model, saving, { limit }) {
    this.#root = root;
    this.#model = model;
    this.#limit = limit;
    this.#on("name", "input", ({ target }) => model.change({ name: target.value.trim() }));
    this.#on("share", "change", ({ target }) => model.change({ agency: target.value || null }));
    this.#on("save", "click", () => saving.save());
    this.#on("copy", "click", () => saving.copy());
    this.#on("remove", "click", () => this.#part("sure").showModal());
    this.#on("sure", "close", ({ target }) => target.returnValue === "remove" && saving.remove());
    for (const radio of this.#radios) radio.addEventListener("change", () => this.#layout(radio.value));
    model.addEventListener("change", () => this.show());
    this.show();
  }

  /** `kind`: "", good or bad. */
  tell(text, kind = "") {
    Object.assign(this.#part("told"), { textContent: text }).dataset.kind = kind;
  }

  /** {theirs, mine}: two ways out; null takes them away. */
  clash(ways) {
    this.#part("clash").hidden = !ways;
    this.#part("theirs").onclick = ways?.theirs;
    this.#part("mine").onclick = ways?.mine;
  }

  show() {
    const { name, layout, agency, mayChange, mine, owner, id, dirty } = this.#model;
    const field = this.#part("name");
    if (field.value.trim() !== name) field.value = name;
    field.readOnly = !mayChange;
    for (const radio of this.#radios) radio.checked = radio.value === layout;
    this.#share(agency, mayChange);
    this.#part("whose").textContent = mine ? "" : word("wall.whose", { owner });
    this.#part("save").hidden = !mayChange;
    this.#part("save").classList.toggle("primary", dirty);
    this.#part("save").disabled = !name;
    this.#part("copy").hidden = id === null;
    this.#part("remove").hidden = id === null || !mayChange;
    document.title = document.title.replace(/^.*(?= · )/, () => name || word("wall.untitled"));
  }

  get #radios() {
    return this.#root.querySelectorAll("input[name=layout]");
  }

  #part(name) {
    return this.#root.querySelector(`[data-wall-part="${name}"]`);
  }

  #on(part, event, run) {
    this.#part(part).addEventListener(event, run);
  }

  /** An agency that one does not watch is named all the same, where the wall is shared with it. */
  #share(agency, mayChange) {
    const select = this.#part("share");
    select.disabled = !mayChange;
    if (agency && ![...select.options].some((option) => option.value === agency)) select.add(new Option(agency, agency));
    select.value = agency ?? "";
  }

  #layout(layout) {
    if (this.#model.sizeOf(layout) > this.#limit) {
      this.show();
      this.tell(word("wall.too_many", { limit: format.count(this.#limit), setting: "MOSAIC_MAX_TILES" }), "bad");
    } else this.#model.change({ layout });
  }
}
