import { request } from "../api.js";
import { make } from "./dom.js";
import { keptFrame } from "./last-frames.js";

/**
 * The camera's last still picture, until the first frame. The server gives what it has and starts nothing; where it has
 * none it says so without an error.
 */
export class Poster {
  node = make("img", { className: "cp-poster", alt: "", hidden: true, decoding: "async" });
  takenAt = null; // Date of the picture shown; null: none is, or nobody knows
  watermark = ""; // what has to stand over it
  #url = null;

  /** A picture of the page's own choice, instead of the server's. */
  use(url) {
    this.clear();
    this.#show(url);
  }

  /** The last frame this page has shown of it, else what the server has. */
  async load(cameraId, signal) {
    const kept = keptFrame(cameraId);
    if (kept) this.#hang(kept);
    else await this.#fetch(cameraId, signal);
  }

  async #fetch(cameraId, signal) {
    try {
      const path = `/cameras/${encodeURIComponent(cameraId)}/poster`;
      const response = await request("GET", path, { headers: { Accept: "*/*" }, signal, priority: "low" });
      if (response.status !== 200) return;
      const blob = await response.blob();
      if (signal.aborted) return;
      const taken = new Date(response.headers.get("Last-Modified") ?? NaN);
      const watermark = decodeURIComponent(response.headers.get("X-Watermark") ?? "");
      this.#hang({ blob, takenAt: Number.isNaN(taken.getTime()) ? null : taken, watermark });
    } catch {
      // a poster is a kindness: without one there is the card
    }
  }

  get shown() {
    return !this.node.hidden;
  }

  clear() {
    this.node.hidden = true;
    this.node.removeAttribute("src");
    this.takenAt = null;
    this.watermark = "";
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = null;
  }

  #hang({ blob, takenAt, watermark }) {
    this.clear();
    Object.assign(this, { takenAt, watermark });
    this.#url = URL.createObjectURL(blob);
    this.#show(this.#url);
  }

  #show(url) {
    this.node.src = url;
    this.node.hidden = false;
  }
}
