import { abortOf } from "../signals.js";

const LOOK_MS = 500;
export const STALL_MS = 5_000;

/** Resolves at the first picture of what the video element was given last. */
export function firstFrame(video, signal) {
  const seen = new Promise((resolve) => {
    if (!video.requestVideoFrameCallback) {
      video.addEventListener("timeupdate", resolve, { once: true, signal });
      return;
    }
    const id = video.requestVideoFrameCallback(resolve);
    signal.addEventListener("abort", () => video.cancelVideoFrameCallback(id), { once: true });
  });
  return Promise.race([seen, abortOf(signal)]);
}

/** Counts decoded frames, and tells once when there was none for five seconds, though some were to come. */
export class FrameWatch {
  #video;
  #onStall;
  #isIdle;
  #timer = null;
  #last = 0;
  #lastAt = 0;
  #fresh = 0;

  /** `isIdle()`: whether no frame is expected now. */
  constructor(video, onStall, isIdle = () => false) {
    this.#video = video;
    this.#onStall = onStall;
    this.#isIdle = isIdle;
  }

  start() {
    this.stop();
    this.#last = this.#decoded();
    this.#lastAt = performance.now();
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Frames since this was last asked. */
  takeFrames() {
    const frames = this.#fresh;
    this.#fresh = 0;
    return frames;
  }

  /** Counted by the element, not by the screen: it goes on where the tile is scrolled out of view. */
  #decoded() {
    const { totalVideoFrames, droppedVideoFrames } = this.#video.getVideoPlaybackQuality();
    return Math.max(0, totalVideoFrames - droppedVideoFrames);
  }

  #look() {
    const now = performance.now();
    const decoded = this.#decoded();
    if (decoded !== this.#last || this.#isIdle()) {
      this.#fresh += Math.max(0, decoded - this.#last);
      this.#last = decoded;
      this.#lastAt = now;
    } else if (now - this.#lastAt >= STALL_MS) {
      this.stop();
      this.#onStall();
    }
  }
}
