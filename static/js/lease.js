import { ApiError, call } from "./api.js";
import { heartbeatBody } from "./heartbeats.js";
import { layerOf } from "./transports/layer-rules.js";
import { ReservationSocket } from "./reservation-socket.js";
import { tick } from "./ticks.js";

/** What the server acts upon at once. */
const wish = ({ quality, layers }) => JSON.stringify([quality, layers]);

/**
 * One reservation while this page holds it: its socket and its heartbeats.
 *
 * Events: `change` (the reservation is new), `ended` (detail: {state, code, text, error}); after `ended` nothing comes.
 */
export class Lease extends EventTarget {
  #reservation;
  #socket;
  #stopTicks;
  #reporters = new Set();
  #frames = 0;
  #told; // quality and layers of the last heartbeat
  #beating = false;
  #beatAgain = false;
  #paused = false;
  #over = false;

  constructor(reservation) {
    super();
    this.#reservation = reservation;
    this.#told = wish({ quality: reservation.quality, layers: [layerOf(reservation.quality)] });
    this.#socket = new ReservationSocket(reservation.reservation_id);
    this.#socket.addEventListener("news", ({ detail }) => this.#heard(detail));
    this.#socket.addEventListener("gone", ({ detail }) => this.#refused(detail));
    this.#stopTicks = tick((reservation.heartbeat_interval ?? 15) * 1000, () => this.beat());
  }

  get reservation() {
    return this.#reservation;
  }

  get over() {
    return this.#over;
  }

  /** `report()` is asked at each heartbeat (see heartbeats.js); returns the function that removes it. */
  addReporter(report) {
    this.#reporters.add(report);
    return () => this.#reporters.delete(report);
  }

  refresh() {
    return this.#socket.refresh();
  }

  /** A heartbeat now; two at once become one after the other. */
  async beat() {
    if (this.#over) return;
    if (this.#beating) {
      this.#beatAgain = true;
      return;
    }
    this.#beating = true;
    await this.#send();
    this.#beating = false;
    if (this.#beatAgain) {
      this.#beatAgain = false;
      this.beat();
    }
  }

  /** A heartbeat now, if what the players want is not what was told last. */
  tell() {
    if (wish(this.#body()) !== this.#told) this.beat();
  }

  /** Another page uses this reservation: it is that page's now. Whoever tries again by hand gets one of his own. */
  lose(code) {
    if (!this.#over) this.#end({ state: "TAKEN", code, text: "", error: null });
  }

  close() {
    this.#over = true;
    this.#stopTicks();
    this.#socket.close();
  }

  async #send() {
    const body = this.#body();
    this.#paused = body.paused;
    this.#told = wish(body);
    try {
      const answer = await call("POST", `/stream/heartbeat/${this.#reservation.reservation_id}`, { body });
      if (!this.#over) this.#heardBack(answer);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#told = null;
      if (!error.transient) this.#refused(error);
    }
  }

  #body() {
    const body = heartbeatBody(this.#frames, [...this.#reporters].map((report) => report()));
    this.#frames = body.frames_decoded; // who is asked forgets what he told
    return body;
  }

  /** A heartbeat tells the state only; a state we did not hear of means that the socket missed something. */
  #heardBack({ state, expires_at, livekit_token }) {
    const renewed = livekit_token && livekit_token !== this.#reservation.livekit_token;
    const missed = state !== this.#reservation.state || this.#reservation.reservation_state !== "ACTIVE";
    this.#reservation = {
      ...this.#reservation,
      expires_at,
      livekit_token: livekit_token ?? this.#reservation.livekit_token,
    };
    if (missed) this.refresh();
    else if (renewed) this.dispatchEvent(new Event("change")); // for the next join
  }

  #heard(reservation) {
    if (this.#over) return;
    this.#reservation = reservation;
    const { reservation_state: state, reason } = reservation;
    if (state === "ACTIVE") this.dispatchEvent(new Event("change"));
    else if (state === "EXPIRED" && !this.#paused) this.beat(); // a heartbeat renews it, or learns that it is over
    else this.#end({ state, code: reason?.code ?? state.toLowerCase(), text: reason?.text ?? "", error: null });
  }

  #refused(error) {
    if (this.#over) return;
    const lost = error.code === "reservation_not_found" ? "EXPIRED" : "REFUSED";
    const state = error.params.reservation_state ?? lost;
    this.#end({ state, code: error.code, text: error.detail, error });
  }

  #end(detail) {
    this.close();
    this.dispatchEvent(new CustomEvent("ended", { detail }));
  }
}
