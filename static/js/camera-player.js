import { PlayerSession } from "./player/session.js";
import { ShownSize } from "./player/shown-size.js";
import { Stage } from "./player/stage.js";
import { View } from "./player/view.js";

/**
 * `<camera-player camera-id="…" quality="auto" transport="auto" name="…" poster="…">`: live video of one camera.
 *
 * Attributes in: `camera-id`; `quality` auto|high|medium|low, where auto goes by the size it is shown in: high from 640
 * device pixels across, else low (full screen is always high); `transport` auto|webrtc|hls; `name`, `poster`.
 * Attributes out: `state` idle|connecting|live|stalled|fallback|snapshot|paused|offline|refused|ended; `code`, why;
 * `transport` reads webrtc|hls|snapshot while a picture comes that way, else what was asked for.
 * Properties: `video`, `state`, `status`, `stats`; `sound`, settable, whether it is heard. Method: `retry()`.
 * Events out, both bubble: `player-state` {state, code, text, transport}, `player-stats`, each second while live.
 *
 * Another quality is another layer where the camera has two; the old picture stays until the new one shows.
 * A change of quality or transport keeps the reservation; another `camera-id` is another session.
 */
export class CameraPlayer extends HTMLElement {
  static observedAttributes = ["camera-id", "quality", "transport", "name", "poster"];

  #stage = null;
  #view = null;
  #session = null;
  #size = null;
  #wantedTransport = "auto";
  #reflecting = false;
  #status = Object.freeze({ state: "idle", code: null, text: "", transport: null });
  #stats = {};
  #wasLive = false;

  get video() {
    return this.#stage?.video ?? null;
  }

  get state() {
    return this.#status.state;
  }

  /** {state, code, text, transport} of now. */
  get status() {
    return this.#status;
  }

  /** The last numbers of the transport: bitrate, latencyMs, jitterBufferMs, roundTripMs, … where known. */
  get stats() {
    return this.#stats;
  }

  get sound() {
    return Boolean(this.#stage?.sound.on);
  }

  set sound(on) {
    if (this.#stage) this.#stage.sound.on = Boolean(on);
  }

  retry() {
    this.#session?.retry();
  }

  connectedCallback() {
    if (!this.#stage) this.#build();
    this.#start();
  }

  disconnectedCallback() {
    this.#stop();
  }

  /** Moved within the page by moveBefore(): it plays on. */
  connectedMoveCallback() {}

  attributeChangedCallback(attribute, before, value) {
    if (this.#reflecting || before === value) return;
    if (attribute === "transport") this.#wantedTransport = value || "auto";
    if (attribute === "name" && this.#view) this.#view.name = value ?? "";
    if (attribute === "poster" && value && this.video) this.video.poster = value;
    if (!this.#session) return;
    if (attribute === "quality") this.#chooseQuality();
    if (attribute === "transport") this.#session.transport = this.#wantedTransport;
    if (attribute === "camera-id") this.#restart();
  }

  #build() {
    this.#stage = new Stage();
    const { sound } = this.#stage;
    this.#view = new View({
      onRetry: () => this.retry(),
      onFullscreen: () => this.#toggleFullscreen(),
      onSound: () => (sound.on = !sound.on),
      onVolume: (volume) => (sound.volume = volume),
    });
    this.addEventListener("fullscreenchange", () => this.#chooseQuality());
    sound.addEventListener("change", () => this.#view.sound(sound));
    this.#view.name = this.getAttribute("name") ?? "";
    if (this.getAttribute("poster")) this.video.poster = this.getAttribute("poster");
    this.setAttribute("role", "group");
    if (!this.hasAttribute("aria-label")) this.setAttribute("aria-label", this.getAttribute("name") ?? "");
    this.replaceChildren(...this.#stage.nodes, ...this.#view.nodes);
  }

  #start() {
    const cameraId = this.getAttribute("camera-id");
    if (!cameraId || this.#session) return;
    this.#size = new ShownSize(this, () => this.#chooseQuality());
    const session = new PlayerSession({
      cameraId,
      quality: this.#quality,
      transport: this.#wantedTransport,
      stage: this.#stage,
    });
    this.#session = session;
    session.addEventListener("show", ({ detail }) => session === this.#session && this.#show(detail));
    session.addEventListener("stats", ({ detail }) => session === this.#session && this.#numbers(detail));
    session.start();
  }

  get #quality() {
    const asked = this.getAttribute("quality") || "auto";
    if (document.fullscreenElement === this) return "high";
    return asked === "auto" ? this.#size.quality : asked;
  }

  #chooseQuality() {
    if (this.#session) this.#session.quality = this.#quality;
  }

  #stop() {
    this.#size?.close();
    const session = this.#session;
    this.#session = null;
    this.#wasLive = false;
    session?.close();
    this.#view?.close();
    this.#stage?.clear();
  }

  #restart() {
    this.#stop();
    this.video.removeAttribute("poster");
    if (this.isConnected) this.#start();
  }

  #show(detail) {
    const { state, code, text, transport } = detail;
    this.#status = Object.freeze({ state, code, text, transport });
    if (state !== "live") this.#stats = {};
    this.#wasLive ||= state === "live";
    this.#view.show(detail, { again: this.#wasLive });
    this.setAttribute("state", state);
    this.toggleAttribute("code", false);
    if (code) this.setAttribute("code", code);
    this.#reflectTransport(["live", "snapshot"].includes(state) ? transport : this.#wantedTransport);
    this.dispatchEvent(new CustomEvent("player-state", { detail: this.#status, bubbles: true }));
  }

  #reflectTransport(transport) {
    this.#reflecting = true;
    this.setAttribute("transport", transport);
    this.#reflecting = false;
  }

  #numbers(numbers) {
    this.#stats = numbers;
    this.#view.numbers(numbers);
    this.dispatchEvent(new CustomEvent("player-stats", { detail: numbers, bubbles: true }));
  }

  #toggleFullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.requestFullscreen().catch(() => null);
  }
}

customElements.define("camera-player", CameraPlayer);
