import { make } from "./dom.js";

let volume = 1; // of all players of this page; forgotten with it

/**
 * A player's sound: off at the start. It has an element and a MediaStream of its own, apart from the picture: the
 * picture's element stays muted, which browsers always let play, and neither a change of layers nor the sound's own
 * jitter buffer touches it. (Lip-sync belongs to the connection, see janus_tracks.apart; LiveKit syncs only where it is
 * told to.)
 *
 * Event: `change`, when `available`, `on` or `volume` may be new.
 */
export class Sound extends EventTarget {
  element = make("audio");
  #media = null;
  #on = false;

  /** Whether there is something to hear. */
  get available() {
    return Boolean(this.#media?.hasSound);
  }

  get on() {
    return this.#on;
  }

  set on(on) {
    this.#on = on;
    this.#apply();
  }

  get volume() {
    return volume;
  }

  set volume(wanted) {
    volume = Math.min(1, Math.max(0, wanted));
    this.#apply();
  }

  /** What is played now (see transports/janus.js), or null; called again whenever its sound may be new. */
  follow(media) {
    this.#media = media;
    this.#apply();
  }

  #apply() {
    const media = this.available ? this.#media : null;
    if (media) media.listening = this.#on;
    const track = this.#on ? (media?.sound ?? null) : null;
    this.element.volume = volume;
    if (this.element.srcObject?.getTracks()[0] !== track) this.#play(track);
    this.dispatchEvent(new Event("change"));
  }

  #play(track) {
    this.element.srcObject = track && new MediaStream([track]);
    if (track) this.element.play().catch((error) => error.name === "NotAllowedError" && this.#refused());
  }

  /** The browser wants to see a click first. */
  #refused() {
    this.on = false;
  }
}
