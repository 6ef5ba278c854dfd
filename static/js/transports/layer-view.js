import { Backoff } from "../backoff.js";
import { after, pause } from "../signals.js";
import { inOrder, suited } from "./layer-rules.js";

const DEADLINE_MS = 6_000; // for a layer's first picture: the pusher has to open the camera's other stream
const FIRST_MS = 4_000; // with no picture at all, another layer is better than the wanted one
const LOOK_MS = 30;
const PAINT_MS = 200;
const LEAST_WIDTH = 16; // Chromium makes black frames of 2 × 2 pixels for a remote track that has nothing yet
const RESTING_MS = 1_000;

function hasPicture(video) {
  return video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth >= LEAST_WIDTH;
}

/** Resolves when the video has a picture of what it was given last, and has painted one; where nobody sees it, none is. */
async function pictured(video, signal) {
  while (!hasPicture(video)) await pause(LOOK_MS, signal);
  const painted = new Promise((resolve) => video.requestVideoFrameCallback?.(resolve));
  await Promise.race([painted, pause(PAINT_MS, signal)]);
}

/** A video of the same place and size, under the one given: nobody sees it, but it counts as visible. */
function underneath(video) {
  const beside = document.createElement("video");
  Object.assign(beside, { className: video.className, muted: true, autoplay: true, playsInline: true });
  beside.disablePictureInPicture = true;
  beside.setAttribute("aria-hidden", "true");
  video.before(beside);
  return beside;
}

/**
 * What one player shows of a stream's layers. Another layer is decoded beside, under the picture, and takes its place
 * only when it has a picture of its own. Until then, and where none comes in six seconds, the old one stays; then it is
 * tried again, with growing waits.
 *
 * `source` is the connection's part: `available`, the layers there are; `open(layer, signal)`, resolves when that can be
 * attached; `attach(layer, video)` and `detach(layer, video)`, also of what is not there; `resting(layer)`, whether no
 * frame is to be expected; `keyframes(layer)`, a promise of how many were decoded, undefined where that is not needed.
 * `changed()` is called whenever `needed` may be new.
 */
export class LayerView {
  #video;
  #source;
  #changed;
  #quality;
  #shown;
  #coming = null; // decoded beside
  #goal = null; // pursued, perhaps after a wait
  #life = new AbortController();
  #turn = new AbortController();

  constructor({ video, source, quality, changed }) {
    this.#video = video;
    this.#source = source;
    this.#quality = quality;
    this.#changed = changed;
    this.#shown = suited(quality, source.available);
  }

  /** The layer in the picture, or the one that is to be its first. */
  get shown() {
    return this.#shown;
  }

  /** The layers that have to come: the one shown, and the one that is to take its place. */
  get needed() {
    return inOrder([this.#shown, this.#coming]);
  }

  set quality(quality) {
    this.#quality = quality;
    this.refresh();
  }

  start() {
    this.#begin(this.#shown);
    after(FIRST_MS, this.#life.signal, () => this.#firstIsLate());
  }

  /** The layers there are may have changed. */
  refresh() {
    const wanted = suited(this.#quality, this.#source.available);
    if (wanted === (this.#goal ?? this.#shown)) return;
    if (!this.#goal && this.#empty) {
      this.#begin(wanted);
      return;
    }
    this.#turn.abort();
    this.#turn = new AbortController();
    this.#coming = null;
    this.#goal = wanted === this.#shown ? null : wanted;
    if (this.#goal) this.#pursue(wanted, this.#turn.signal);
    else this.#changed();
  }

  /** A track of this layer has just come. */
  arrived(layer) {
    if (layer === this.#shown) this.#source.attach(layer, this.#video);
  }

  close() {
    this.#life.abort();
    this.#turn.abort();
    this.#source.detach(this.#shown, this.#video);
  }

  get #empty() {
    return !hasPicture(this.#video);
  }

  #begin(layer) {
    this.#source.detach(this.#shown, this.#video);
    this.#shown = layer;
    this.#source.attach(layer, this.#video);
    this.#changed();
  }

  #firstIsLate() {
    const other = this.#source.available.find((each) => each !== this.#shown);
    if (!this.#empty || !other || this.#goal || this.#source.resting(this.#shown)) return;
    const { signal } = this.#turn;
    this.#change(other, signal).then(
      () => after(DEADLINE_MS, signal, () => this.refresh()),
      () => null,
    );
  }

  async #pursue(layer, signal) {
    const waits = new Backoff({ firstMs: 5_000, capMs: 60_000 });
    while (!signal.aborted && this.#shown !== layer) {
      try {
        if (this.#source.resting(this.#shown)) await pause(RESTING_MS, signal);
        else await this.#change(layer, signal);
      } catch {
        if (!signal.aborted) await pause(waits.next(), signal).catch(() => null);
      }
    }
    if (!signal.aborted) this.#goal = null;
  }

  async #change(layer, signal) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
    const beside = underneath(this.#video);
    try {
      const before = await this.#source.keyframes(layer);
      limit.throwIfAborted();
      this.#coming = layer;
      this.#changed();
      await this.#source.open(layer, limit);
      this.#source.attach(layer, beside);
      await this.#decoded(layer, beside, before, limit);
      await this.#takeOver(layer, beside);
    } finally {
      this.#source.detach(layer, beside);
      beside.remove();
      if (!signal.aborted) {
        this.#coming = null;
        this.#changed();
      }
    }
  }

  /**
   * Frames of a track that was silent for a while refer to pictures that never came, and Janus numbers its packets as if
   * none were missing: what is decoded before the next keyframe is a smear.
   */
  async #decoded(layer, beside, before, signal) {
    await pictured(beside, signal);
    if (before === undefined || (await this.#source.keyframes(layer)) > before) return;
    while ((await this.#source.keyframes(layer)) <= before) await pause(LOOK_MS, signal);
    await pictured(beside, signal);
  }

  /** The new picture covers the old one, while the player's own video is given the new track. */
  async #takeOver(layer, beside) {
    const old = this.#shown;
    beside.style.zIndex = "1";
    this.#shown = layer;
    this.#source.detach(old, this.#video);
    this.#source.attach(layer, this.#video);
    const limit = AbortSignal.any([this.#life.signal, AbortSignal.timeout(DEADLINE_MS)]);
    await pictured(this.#video, limit).catch(() => null);
  }
}
