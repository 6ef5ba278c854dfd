import { after, every } from "../signals.js";
import { FrameWatch, firstFrame } from "./frame-watch.js";
import { join } from "./join.js";
import { Ladder } from "./ladder.js";
import { layerOf } from "../transports/layer-rules.js";
import { PictureNumbers } from "./picture-numbers.js";
import { mediaKey } from "./rules.js";

const PROVEN_MS = 10_000; // playing so long, an attempt counts as a success
const CLIMB_MS = 15_000; // from a still picture, or none, back to the top of the ladder
const RESUBSCRIBE_MS = 3_000; // one keyframe interval of a camera that is set up badly
const STATS_MS = 1_000;
const HOPELESS = new Set(["wrong_transport", "webrtc_unsupported", "hls_unsupported"]);
// Perhaps the reservation itself has ended: it knows why.
const DOUBTFUL = new Set(["removed_from_room", "room_gone", "token_invalid"]);

/**
 * The media of one player: joins, watches, falls back, climbs again. Knows nothing of leases.
 *
 * Events: `show` (detail: {state, code, text, transport}), `stats`, `layers` (the report has others), `doubt` (the
 * reservation should be asked about),
 * `taken` (another page joined as us: never tried again, or the two would throw each other out for ever).
 */
export class MediaLink extends EventTarget {
  joined = null; // mediaKey of what is played or being joined
  #stage;
  #ladder;
  #reservation = null;
  #quality;
  #media = null;
  #layers = null; // those the media needs now
  #turn = new AbortController();
  #watch;
  #resubscribed = false;
  #rejoined = false;
  #numbers = {};
  #picture;

  constructor(stage, preference, quality) {
    super();
    this.#stage = stage;
    this.#ladder = new Ladder(preference);
    this.#quality = quality;
    this.#picture = new PictureNumbers(stage.video);
    this.#watch = new FrameWatch(stage.video, () => this.#stalled(), () => this.#media?.idle);
  }

  /** What a heartbeat tells about the media. */
  get report() {
    const { bitrate = null, latencyMs = null, roundTripMs = null } = this.#numbers;
    const transport = this.#media ? this.#ladder.current : null;
    const layers = this.#layers ?? [layerOf(this.#quality)];
    return { newFrames: this.#watch.takeFrames(), layers, transport, bitrate, latencyMs, roundTripMs };
  }

  set preference(preference) {
    this.#ladder = new Ladder(preference);
  }

  set quality(quality) {
    this.#quality = quality;
    if (this.#media && "quality" in this.#media) this.#media.quality = quality;
  }

  /** Plays this life of the stream; from the top of the ladder. The last picture stays until the new one shows. */
  play(reservation) {
    this.#reservation = reservation;
    this.#ladder.reset();
    this.#join();
  }

  /** The reservation's newest form, for the next attempt (a fresh token). */
  update(reservation) {
    this.#reservation = reservation;
  }

  /** Closes the media; the last picture stays. */
  part() {
    this.joined = null;
    this.#nextTurn();
    this.#drop();
  }

  #nextTurn() {
    this.#turn.abort();
    this.#turn = new AbortController();
    return this.#turn.signal;
  }

  #drop(how) {
    this.#watch.stop();
    this.#numbers = {};
    this.#layers = null;
    this.#stage.sound.follow(null);
    if (!this.#media) return;
    this.#stage.freeze();
    this.#media.close(how);
    this.#media = null;
  }

  async #join({ stalled = false } = {}) {
    const signal = this.#nextTurn();
    this.#drop();
    this.joined = mediaKey(this.#reservation);
    const transport = this.#ladder.current;
    if (!transport) {
      this.#nothingLeft(signal);
      return;
    }
    if (stalled) this.#show("stalled", { code: "stalled", transport });
    else this.#show(this.#ladder.fallenBack ? "fallback" : "connecting", { code: "joining", transport });
    const lost = (code) => !signal.aborted && this.#failed({ code });
    try {
      const media = await join({
        transport,
        video: this.#stage.video,
        reservation: this.#reservation,
        quality: this.#quality,
        signal,
        lost,
        changed: (media) => !signal.aborted && this.#changed(media),
      });
      if (signal.aborted) media.close();
      else this.#playing(media, transport, signal);
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
    }
  }

  #playing(media, transport, signal) {
    this.#media = media;
    if ("quality" in media) media.quality = this.#quality; // it may have changed while we joined
    this.#stage.thaw();
    this.#show(transport === "snapshot" ? "snapshot" : "live", { transport });
    if (transport === "snapshot") {
      after(CLIMB_MS, signal, () => this.#climb());
      return;
    }
    this.#watch.start();
    every(STATS_MS, signal, () => this.#look(signal));
    after(PROVEN_MS, signal, () => {
      this.#ladder.succeeded();
      this.#resubscribed = this.#rejoined = false;
    });
  }

  #changed(media) {
    this.#layers = media.layers ?? null;
    this.#stage.sound.follow(media);
    this.dispatchEvent(new Event("layers"));
  }

  async #look(signal) {
    const told = await this.#media?.stats().catch(() => null);
    if (!told || signal.aborted) return;
    const { layer = null, simulcast = 0 } = this.#media;
    const numbers = { ...this.#picture.look(), ...told, layer, simulcast };
    this.#numbers = numbers;
    this.dispatchEvent(new CustomEvent("stats", { detail: numbers }));
  }

  /** The first stall is answered by asking for the same media anew, then by joining again, the next by the ladder. */
  async #stalled() {
    const { signal } = this.#turn;
    this.dispatchEvent(new Event("doubt"));
    if (this.#media.resubscribe && !this.#resubscribed) {
      this.#resubscribed = true;
      if (await this.#revived(signal)) return;
      if (signal.aborted) return;
    }
    this.#drop({ broken: true });
    if (this.#rejoined) {
      this.#failed({ code: "stalled" });
      return;
    }
    this.#rejoined = true;
    this.#join({ stalled: true });
  }

  async #revived(signal) {
    const transport = this.#ladder.current;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(RESUBSCRIBE_MS)]);
    this.#stage.freeze();
    this.#show("stalled", { code: "stalled", transport });
    try {
      if (!(await this.#media.resubscribe(limit))) return false;
      await firstFrame(this.#stage.video, limit);
    } catch {
      return false; // too late, or somebody else's turn
    }
    this.#stage.thaw();
    this.#watch.start();
    this.#show("live", { transport });
    return true;
  }

  /** One attempt is over; in a new turn, so that whatever else it has to say is not heard. */
  #failed({ code = "no_media", detail, status }) {
    const signal = this.#nextTurn();
    this.#drop();
    if (code === "duplicate_identity") {
      this.dispatchEvent(new Event("taken"));
      return;
    }
    if (code === "stream_not_live") {
      this.joined = null; // so that the answer to our doubt makes us join
      this.#show("connecting", { code: "starting" });
      after(1_000, signal, () => this.dispatchEvent(new Event("doubt")));
      return;
    }
    const wait = this.#ladder.failed({ hopeless: HOPELESS.has(code) });
    const state = this.#ladder.fallenBack ? "fallback" : "connecting";
    this.#show(state, { code, text: detail, transport: this.#ladder.current });
    after(wait, signal, () => this.#join());
    if ((status >= 400 && status < 500) || DOUBTFUL.has(code)) this.dispatchEvent(new Event("doubt"));
  }

  #nothingLeft(signal) {
    this.#show("offline", { code: "media_unreachable" });
    after(CLIMB_MS, signal, () => this.#climb());
  }

  #climb() {
    this.#ladder.reset();
    this.#join();
  }

  #show(state, { code = null, text = "", transport = null } = {}) {
    this.dispatchEvent(new CustomEvent("show", { detail: { state, code, text, transport } }));
  }
}
