import { Idle } from "./player/idle.js";
import { actOf } from "./player/keys.js";
import { keepFrame } from "./player/last-frames.js";
import { savePicture } from "./player/picture.js";
import { QualityChoice } from "./player/quality-choice.js";
import { Screen } from "./player/screen.js";
import { PlayerSession } from "./player/session.js";
import { Stage } from "./player/stage.js";
import { isolated } from "./player/stamp.js";
import { Visible } from "./player/visible.js";
import { word } from "./words.js";

/**
 * `<camera-player camera-id="…" name="…">`: live video of one camera. docs/design/frontend.md has the contract in full.
 *
 * Attributes in: `camera-id`; `quality` auto|high|medium|low, without it what this browser's operator chose last, where
 * auto goes by the size it is shown in: high from 640 device pixels across, else low (full screen is always high);
 * `transport` auto|webrtc|hls; `name`; `poster`, a URL instead of the camera's last picture; `watermark`, a text over the
 * picture; `look` full|tile.
 * Attributes out: `state` idle|connecting|live|stalled|fallback|snapshot|paused|offline|refused|ended; `code`, why;
 * `transport` reads webrtc|hls|snapshot while a picture comes that way, else what was asked for.
 * Properties: `video`, `state`, `status`, `stats`, `zoom`; `sound`, settable, whether it is heard.
 * Methods: `retry()`, `fullscreen()`, `pictureInPicture()`, `savePicture()`, `zoomTo(scale, x, y)`,
 * `toggleStatistics()`, `act(name)`, `key(event)`.
 * Events out, all bubble: `player-state` {state, code, text, params, transport, retryMs}, `player-stats` each second
 * while live, `player-zoom` {scale, x, y}, `player-quality` {quality}.
 *
 * Another quality is another layer where the camera has two; the old picture stays until the new one shows.
 * A change of quality or transport keeps the reservation; another `camera-id` is another session.
 */
export class CameraPlayer extends HTMLElement {
  static observedAttributes = ["camera-id", "quality", "transport", "name", "poster", "watermark", "look"];

  #stage = null;
  #screen = null;
  #session = null;
  #playing = null; // whose session it is: the attribute may name another camera already
  #quality = new QualityChoice(this, () => this.#qualityChanged());
  #visible = null;
  #idle = new Idle(this);
  #life = new AbortController();
  #wantedTransport = "auto";
  #signed = ""; // the watermark the server asks for
  #reflecting = false;
  #labelled = false; // by whoever made it, so that we leave its label alone
  #status = Object.freeze({ state: "idle", code: null, text: "", params: {}, transport: null, retryMs: null });
  #stats = {};

  /** What each tool and key does. */
  #acts = {
    retry: () => this.retry(),
    fullscreen: () => this.fullscreen(),
    picture: () => this.pictureInPicture(),
    save: () => this.savePicture(),
    statistics: () => this.toggleStatistics(),
    sound: () => this.#stage.sound.available && (this.sound = !this.sound),
    volume: (volume) => (this.#stage.sound.volume = volume),
    quality: (quality) => this.#choose(quality),
    closer: () => this.#screen.lens.closer(),
    farther: () => this.#screen.lens.farther(),
    whole: () => this.#screen.lens.whole(),
  };

  get video() {
    return this.#stage?.video ?? null;
  }

  get state() {
    return this.#status.state;
  }

  /** {state, code, text, params, transport, retryMs} of now. */
  get status() {
    return this.#status;
  }

  /** The last numbers of the transport: bitrate, latencyMs, fps, packetsLost, … where known. */
  get stats() {
    return this.#stats;
  }

  get sound() {
    return Boolean(this.#stage?.sound.on);
  }

  set sound(on) {
    if (this.#stage) this.#stage.sound.on = Boolean(on);
  }

  /** {scale, x, y}: how often the picture is enlarged, and which point of it (0–1) is in the middle. */
  get zoom() {
    return this.#screen?.lens.view ?? { scale: 1, x: 0.5, y: 0.5 };
  }

  retry() {
    this.#session?.retry();
  }

  /** To full screen, or back. */
  async fullscreen() {
    if (document.fullscreenElement === this) await document.exitFullscreen();
    else await this.requestFullscreen().catch(() => null);
  }

  /** Into a window of its own, or back; not where there is a watermark, which would stay behind. */
  async pictureInPicture() {
    if (!this.#stage?.movable || this.#screen.watermark.text) return;
    await this.#stage.move().catch(() => this.#screen.note(word("player.no_picture_in_picture")));
  }

  /** The picture as a file. Resolves to its name, or null where there was none to save. */
  async savePicture() {
    const { poster, watermark } = this.#screen;
    const cameraId = this.getAttribute("camera-id");
    const name = await savePicture({ cameraId, stage: this.#stage, poster, line: watermark.line() });
    this.#screen.note(name ? word("player.saved", { name: isolated(name) }) : word("player.not_saved"));
    return name;
  }

  /** `x`, `y`: the point of the picture to have in the middle, 0–1. */
  zoomTo(scale, x = 0.5, y = 0.5) {
    if (this.#screen) this.#screen.lens.view = { scale, x, y };
  }

  toggleStatistics() {
    const { statistics, toolbar } = this.#screen;
    statistics.on = !statistics.on;
    toolbar.statistics(statistics.on);
  }

  /** Does what a tool does: retry, fullscreen, picture, save, statistics, sound, closer, farther or whole. */
  act(name) {
    this.#acts[name]?.();
  }

  /** What a key means to a player, also when the focus is elsewhere. Returns whether it meant something. */
  key(event) {
    if (!this.#screen) return false;
    if (event.shiftKey && this.#screen.lens.nudge(event)) return true;
    const act = actOf(event);
    if (!act || (act === "whole" && this.zoom.scale === 1)) return false;
    event.preventDefault();
    event.stopPropagation();
    this.act(act);
    return true;
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
    if (attribute === "quality") this.#quality.told();
    if (!this.#screen) return;
    if (attribute === "name") this.#name();
    if (attribute === "look") this.#screen.look = value;
    if (attribute === "watermark") this.#mark();
    if (attribute === "poster" && value) this.#usePoster(value);
    if (!this.#session) return;
    if (attribute === "transport") this.#session.transport = this.#wantedTransport;
    if (attribute === "camera-id") this.#restart();
  }

  #build() {
    this.#stage = new Stage();
    this.#screen = new Screen(this.#stage, this.#acts);
    this.#labelled = this.hasAttribute("aria-label");
    this.#name();
    this.#screen.look = this.getAttribute("look");
    this.#screen.lens.addEventListener("change", () => this.#zoomed());
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("fullscreenchange", () => this.#fullscreenChanged());
    this.setAttribute("role", "group");
    this.replaceChildren(...this.#screen.nodes);
  }

  #name() {
    const name = this.getAttribute("name") ?? "";
    this.#screen.name = name;
    if (!this.#labelled) this.setAttribute("aria-label", name);
  }

  #usePoster(url) {
    this.#screen.poster.use(url);
    this.#screen.pictured(this.state);
  }

  #start() {
    const cameraId = this.getAttribute("camera-id");
    if (!cameraId || this.#session) return;
    this.#life = new AbortController();
    this.#quality.open();
    this.#visible = new Visible(this, this.video);
    const session = new PlayerSession({
      cameraId,
      quality: this.#quality.now,
      transport: this.#wantedTransport,
      stage: this.#stage,
      unseen: this.#visible.cause,
    });
    this.#session = session;
    this.#playing = cameraId;
    const { signal } = this.#life;
    this.#visible.addEventListener("change", () => (session.unseen = this.#visible.cause), { signal });
    session.addEventListener("show", ({ detail }) => this.#show(detail), { signal });
    session.addEventListener("stats", ({ detail }) => this.#numbers(detail), { signal });
    session.addEventListener("reservation", ({ detail }) => this.#heard(detail), { signal });
    this.#mark();
    session.start();
    this.#setPoster(cameraId, signal);
  }

  #stop() {
    this.#keepFrame();
    this.#life.abort();
    this.#quality.close();
    this.#visible?.close();
    this.#session?.close();
    this.#session = null;
    this.#signed = "";
    this.#screen?.close();
    this.#stage?.clear();
  }

  /** For the next player of this camera in this page. */
  #keepFrame() {
    const seen = this.#session && this.#playing && this.#stage.seen;
    const watermark = this.#screen?.watermark.text;
    if (seen) keepFrame(this.#playing, seen.source, { takenAt: seen.takenAt, watermark });
    this.#playing = null;
  }

  #restart() {
    this.#stop();
    this.video.removeAttribute("poster");
    if (this.isConnected) this.#start();
  }

  async #setPoster(cameraId, signal) {
    const { poster } = this.#screen;
    const own = this.getAttribute("poster");
    if (own) poster.use(own);
    else await poster.load(cameraId, signal);
    if (signal.aborted) return;
    this.#signed ||= poster.watermark;
    this.#mark();
  }

  #choose(quality) {
    this.#quality.choose(quality);
    this.#say("player-quality", { quality });
  }

  #qualityChanged() {
    if (!this.#session) return;
    this.#session.quality = this.#quality.now;
    this.#offer();
  }

  #offer() {
    const { offered, chosen } = this.#quality.offer;
    this.#screen.toolbar.quality(offered, chosen);
  }

  #zoomed() {
    const { view } = this.#screen.lens;
    this.#quality.scale = view.scale;
    this.#say("player-zoom", view);
  }

  #fullscreenChanged() {
    const full = document.fullscreenElement === this;
    this.#screen.toolbar.fullscreen(full);
    this.#idle.on = full;
    this.#qualityChanged();
  }

  #heard({ layers, watermark }) {
    this.#quality.layers = layers ?? null;
    this.#offer();
    this.#signed = watermark ?? "";
    this.#mark();
  }

  #mark() {
    this.#screen.watermark.text = this.#signed || (this.getAttribute("watermark") ?? "");
    this.#screen.pictured(this.state);
  }

  #show(detail) {
    const { state, code, transport } = detail;
    this.#status = Object.freeze({ ...detail });
    if (state !== "live") this.#stats = {};
    this.#screen.show(detail);
    this.setAttribute("state", state);
    this.toggleAttribute("code", false);
    if (code) this.setAttribute("code", code);
    this.#reflectTransport(["live", "snapshot"].includes(state) ? transport : this.#wantedTransport);
    this.#say("player-state", this.#status);
  }

  #reflectTransport(transport) {
    this.#reflecting = true;
    this.setAttribute("transport", transport);
    this.#reflecting = false;
  }

  #numbers(numbers) {
    this.#stats = numbers;
    this.#quality.simulcast = numbers.simulcast;
    this.#offer();
    this.#screen.numbers(numbers, { transport: this.#status.transport, quality: this.#quality.asked });
    this.#say("player-stats", numbers);
  }

  #say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

customElements.define("camera-player", CameraPlayer);
