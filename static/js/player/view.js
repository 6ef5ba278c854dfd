import * as format from "../format.js";
import { hasWord, word } from "../words.js";
import { icon, make } from "./dom.js";

const FULLSCREEN = "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5";
const RETRY = "M20 11A8 8 0 1 0 18 16.5M20 5v6h-6";
const SPEAKER = "M4 9.5v5h3.5L12 19V5L7.5 9.5z";
const SOUND_ON = `${SPEAKER}M15 9a4 4 0 0 1 0 6M17.5 6.5a8 8 0 0 1 0 11`;
const SOUND_OFF = `${SPEAKER}M15.5 9.5l5 5M20.5 9.5l-5 5`;
const WITH_RETRY = new Set(["stalled", "fallback", "snapshot", "offline", "refused", "ended"]);
const BUSY = new Set(["connecting", "stalled", "fallback"]);

/** What stands over the picture: name, badges, and a card with the state in words. Shows; decides nothing. */
export class View {
  #name = make("span", { className: "cp-name", dir: "auto" });
  #transport = make("span", { className: "badge cp-transport", dir: "auto", hidden: true });
  #latency = make("span", { className: "badge cp-latency", dir: "auto", hidden: true });
  #bitrate = make("span", { className: "badge cp-bitrate", dir: "auto", hidden: true });
  #title = make("strong", { className: "cp-title" });
  #text = make("p", { className: "cp-text" });
  #countdown = make("p", { className: "cp-countdown", hidden: true });
  #retry = make("button", { type: "button", className: "button cp-retry", hidden: true });
  #sound = make("button", { type: "button", className: "cp-tool cp-sound", hidden: true });
  #volume = make("input", { type: "range", min: "0", max: "1", step: "0.05", className: "cp-volume", hidden: true });
  #card;
  #bar;
  #timer = null;
  nodes;

  constructor({ onRetry, onFullscreen, onSound, onVolume }) {
    this.#retry.append(icon(RETRY), word("player.retry"));
    this.#retry.addEventListener("click", onRetry);
    const full = make("button", { type: "button", className: "cp-tool", title: word("player.fullscreen") });
    full.setAttribute("aria-label", word("player.fullscreen"));
    full.append(icon(FULLSCREEN));
    full.addEventListener("click", onFullscreen);
    this.#sound.append(icon(SOUND_OFF, "cp-off turns"), icon(SOUND_ON, "cp-on turns"));
    this.#sound.addEventListener("click", onSound);
    this.#sound.title = word("player.sound");
    this.#sound.setAttribute("aria-label", word("player.sound"));
    this.#volume.setAttribute("aria-label", word("player.volume"));
    this.#volume.addEventListener("input", () => onVolume(this.#volume.valueAsNumber));
    const words = make("div", { className: "cp-words" }, this.#title, this.#text, this.#countdown);
    words.setAttribute("role", "status");
    this.#card = make("div", { className: "cp-card" }, make("span", { className: "spinner" }), words, this.#retry);
    const badges = make("span", { className: "cp-badges" }, this.#transport, this.#latency, this.#bitrate);
    this.#bar = make("div", { className: "cp-bar" }, this.#name, badges, this.#volume, this.#sound, full);
    this.nodes = [this.#bar, this.#card];
  }

  set name(name) {
    this.#name.textContent = name;
  }

  /** `again`: there was a picture before. */
  show({ state, code, text, transport, retryMs }, { again }) {
    const known = code && hasWord(`player.code.${code}`) ? word(`player.code.${code}`) : "";
    const said = text === code ? "" : text; // the server has no words for this code
    this.#title.textContent = word(again && state === "connecting" ? "player.again" : `player.state.${state}`);
    this.#text.textContent = said || known;
    this.#text.hidden = !this.#text.textContent;
    this.#retry.hidden = !WITH_RETRY.has(state);
    this.#card.classList.toggle("is-busy", BUSY.has(state));
    this.#showTransport(["live", "snapshot", "stalled"].includes(state) ? transport : null);
    this.#count(retryMs);
  }

  numbers({ latencyMs, bitrate, width, height }) {
    this.#latency.hidden = !Number.isFinite(latencyMs);
    this.#bitrate.hidden = !Number.isFinite(bitrate);
    if (!this.#latency.hidden) this.#latency.textContent = latencyWords(latencyMs);
    if (!this.#bitrate.hidden) {
      this.#bitrate.textContent = word("player.megabits", { value: format.megabits(bitrate) });
    }
    this.#bitrate.title = height ? `${width} × ${height}` : "";
  }

  /** {available, on, volume}: without sound there is no button, without its being on no volume. */
  sound({ available, on, volume }) {
    this.#sound.hidden = !available;
    this.#sound.setAttribute("aria-pressed", String(on));
    this.#volume.hidden = !available || !on;
    this.#volume.value = String(volume);
  }

  close() {
    clearInterval(this.#timer);
  }

  #showTransport(transport) {
    this.#transport.hidden = !transport;
    if (transport) this.#transport.textContent = word(`player.transport.${transport}`);
    this.numbers({});
  }

  #count(retryMs) {
    clearInterval(this.#timer);
    this.#countdown.hidden = !retryMs;
    if (!retryMs) return;
    const at = performance.now() + retryMs;
    const look = () => {
      const seconds = Math.max(0, Math.ceil((at - performance.now()) / 1000));
      this.#countdown.textContent = word("player.countdown", { seconds: format.count(seconds) });
    };
    this.#timer = setInterval(look, 1000);
    look();
  }
}

function latencyWords(ms) {
  if (ms < 1000) return word("player.ms", { value: format.count(ms) });
  return word("player.seconds", { value: format.seconds(ms / 1000) });
}
