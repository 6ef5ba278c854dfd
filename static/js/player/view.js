import * as format from "../format.js";
import { symbol } from "../site/icons.js";
import { hasWord, word } from "../words.js";
import { make } from "./dom.js";
import { ago, isolated, stamp } from "./stamp.js";

const WITH_RETRY = new Set(["stalled", "fallback", "snapshot", "offline", "refused", "ended"]);
const BUSY = new Set(["connecting", "stalled", "fallback"]);

const AGING_MS = 10_000;

/** What stands over the picture: name, badges, and a card with the state in words. Shows; decides nothing. */
export class View {
  #name = make("span", { className: "cp-name", dir: "auto" });
  #transport = make("span", { className: "badge cp-transport", dir: "auto", hidden: true });
  #latency = make("span", { className: "badge cp-latency", dir: "auto", hidden: true });
  #bitrate = make("span", { className: "badge cp-bitrate", dir: "auto", hidden: true });
  #title = make("strong", { className: "cp-title" });
  #text = make("p", { className: "cp-text" });
  #countdown = make("p", { className: "cp-countdown", hidden: true });
  #age = make("p", { className: "cp-age", hidden: true });
  #retry = make("button", { type: "button", className: "button cp-retry", hidden: true });
  #card;
  #bar;
  #timer = null;
  #aging = null;
  nodes;

  constructor({ onRetry }) {
    this.#retry.append(symbol("refresh-cw"), word("player.retry"));
    this.#retry.addEventListener("click", onRetry);
    const words = make("div", { className: "cp-words" }, this.#title, this.#text, this.#countdown);
    words.setAttribute("role", "status");
    this.#card = make("div", { className: "cp-card" }, make("span", { className: "spinner" }), words, this.#retry, this.#age);
    const badges = make("span", { className: "cp-badges" }, this.#transport, this.#latency, this.#bitrate);
    this.#bar = make("div", { className: "cp-bar" }, this.#name, badges);
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
    this.#text.textContent = said || known || this.#reasonless(state, code);
    this.#text.hidden = !this.#text.textContent;
    this.#text.title = this.#text.textContent; // a small tile shows its first words only
    this.#retry.hidden = !(WITH_RETRY.has(state) || retryMs);
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

  /** When the picture behind the card was taken; null: there is none, or it is the present. */
  age(date) {
    clearInterval(this.#aging);
    this.#age.hidden = !date;
    if (!date) return;
    const look = () => (this.#age.textContent = word("player.picture_of", { time: isolated(stamp(date)), age: ago(date) }));
    this.#aging = setInterval(look, AGING_MS);
    look();
  }

  close() {
    clearInterval(this.#timer);
    clearInterval(this.#aging);
  }

  /** A code without words is better than nothing: support knows what it means. */
  #reasonless(state, code) {
    if (code) return word("player.reason_code", { code });
    return hasWord(`player.reason.${state}`) ? word(`player.reason.${state}`) : "";
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
