const HIGH_FROM = 640; // device pixels across: sub-streams are about that wide
const LOW_BELOW = 560; // so that a size on the border does not go to and fro
const SETTLE_MS = 200; // a window that is being dragged is not asked at each step

/** The quality for a picture of so many device pixels; `before` decides between the borders, and where none is known. */
export function qualityFor(pixels, before = "low") {
  if (pixels >= HIGH_FROM) return "high";
  return pixels > 0 && pixels < LOW_BELOW ? "low" : before;
}

/** Follows the size an element is shown in; a part of it that is enlarged needs more. `changed()` is called when another
 * quality suits it. */
export class ShownSize {
  quality;
  #scale = 1;
  #element;
  #changed;
  #timer = null;
  #observer = new ResizeObserver(() => this.#resized());

  constructor(element, changed) {
    this.#element = element;
    this.#changed = changed;
    this.quality = qualityFor(this.#pixels());
    this.#observer.observe(element);
  }

  /** How often the picture is enlarged by hand. */
  set scale(scale) {
    if (scale === this.#scale) return;
    this.#scale = scale;
    this.#resized();
  }

  close() {
    clearTimeout(this.#timer);
    this.#observer.disconnect();
  }

  #pixels() {
    return this.#element.getBoundingClientRect().width * devicePixelRatio * this.#scale;
  }

  #resized() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), SETTLE_MS);
  }

  #look() {
    const quality = qualityFor(this.#pixels(), this.quality);
    if (quality === this.quality) return;
    this.quality = quality;
    this.#changed();
  }
}
