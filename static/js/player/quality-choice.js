import { offeredQualities, rememberQuality, rememberedQuality } from "./preferences.js";
import { ShownSize } from "./shown-size.js";

/** Which quality a player wants: by hand, else by its attribute, else as remembered; auto goes by the size it is shown in. */
export class QualityChoice {
  layers = null; // of the camera; null: nobody knows yet
  simulcast = 0; // how many the SFU has of one track
  #element;
  #changed;
  #size = null;
  #chosen = null;

  /** `changed()` is called when `now` may be another. */
  constructor(element, changed) {
    this.#element = element;
    this.#changed = changed;
  }

  open() {
    this.#size = new ShownSize(this.#element, this.#changed);
  }

  close() {
    this.#size?.close();
    this.#size = this.layers = null;
    this.simulcast = 0;
  }

  /** auto, high, medium or low. */
  get asked() {
    return this.#chosen ?? (this.#element.getAttribute("quality") || rememberedQuality());
  }

  /** What is to be played: high, medium or low. */
  get now() {
    if (document.fullscreenElement === this.#element) return "high";
    return this.asked === "auto" ? this.#size.quality : this.asked;
  }

  /** What the operator may choose from, and what of that is in force. */
  get offer() {
    const offered = offeredQualities(this.layers, this.simulcast);
    return { offered, chosen: offered.includes(this.asked) ? this.asked : "high" };
  }

  /** How often the picture is enlarged by hand: a part of it needs as many pixels as the whole. */
  set scale(scale) {
    if (this.#size) this.#size.scale = scale;
  }

  /** By hand, until the attribute says otherwise; remembered for other players, unless this one was told what to show. */
  choose(quality) {
    this.#chosen = quality;
    if (!this.#element.getAttribute("quality")) rememberQuality(quality);
    this.#changed();
  }

  /** The attribute was set: it wins. */
  told() {
    this.#chosen = null;
    if (this.#size) this.#changed();
  }
}
