import { make } from "./dom.js";
import { Sound } from "./sound.js";

const LEAST_WIDTH = 16; // Chromium makes black frames of 2 × 2 pixels for a remote track that has nothing yet

/** The picture: the video, and a copy of its last frame that covers it while media is changed; and the sound. */
export class Stage {
  video = make("video", { className: "cp-video", muted: true, autoplay: true, playsInline: true });
  frozenAt = null; // Date of the frame that is kept
  #frozen = make("canvas", { className: "cp-frozen", hidden: true });
  sound = new Sound();
  nodes = [this.video, this.#frozen, this.sound.element];

  constructor() {
    this.video.setAttribute("muted", ""); // the property alone is not seen by autoplay policies after a clone
    this.video.setAttribute("playsinline", "");
    this.video.disablePictureInPicture = true; // no button of the browser's own over the picture
    this.video.addEventListener("leavepictureinpicture", () => (this.video.disablePictureInPicture = true));
  }

  /** The frame that is kept, as a canvas, or null. */
  get frozen() {
    return this.#frozen.hidden ? null : this.#frozen;
  }

  /** What is to be seen now: the frame that is kept or the video's, and when it was; null where there is none. */
  get seen() {
    if (this.frozen) return { source: this.#frozen, takenAt: this.frozenAt };
    const there = this.video.videoWidth >= LEAST_WIDTH && this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    return there ? { source: this.video, takenAt: new Date() } : null;
  }

  /** Whether the browser can show the video in a window of its own. */
  get movable() {
    const able = document.pictureInPictureEnabled && this.video.requestPictureInPicture;
    return Boolean(able && this.video.readyState >= HTMLMediaElement.HAVE_METADATA);
  }

  /** Into a window of its own, or back. Rejects where the browser refuses. */
  async move() {
    if (document.pictureInPictureElement === this.video) {
      await document.exitPictureInPicture();
      return;
    }
    this.video.disablePictureInPicture = false; // until it is back: to disable it closes the window
    try {
      await this.video.requestPictureInPicture();
    } catch (error) {
      this.video.disablePictureInPicture = true;
      throw error;
    }
  }

  /** Keeps the frame now shown, if there is one. */
  freeze() {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width || !this.#frozen.hidden) return;
    Object.assign(this.#frozen, { width, height });
    this.#frozen.getContext("2d").drawImage(this.video, 0, 0, width, height);
    this.#frozen.hidden = false;
    this.frozenAt = new Date();
  }

  thaw() {
    this.#frozen.hidden = true;
    this.frozenAt = null;
    this.#frozen.width = this.#frozen.height = 0;
  }

  /** Lets go of the media, so that its decoder can go too. */
  clear() {
    this.thaw();
    if (document.pictureInPictureElement === this.video) document.exitPictureInPicture().catch(() => null);
    this.video.srcObject = null;
    this.video.removeAttribute("src");
    this.video.load();
  }
}
