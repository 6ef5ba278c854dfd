import { call } from "../api.js";
import { Backoff } from "../backoff.js";
import { cameraStates } from "../camera-states.js";
import { reservations } from "../reservations.js";
import { after } from "../signals.js";
import { MediaLink } from "./media-link.js";
import { onEnd, onNews, onRefusal, onWait } from "./rules.js";

const RESERVE_AGAIN_MS = 60_000;
const ACTIVE = new Set(["connecting", "live", "stalled", "fallback", "snapshot"]);

/**
 * One player's way from a camera to a picture: reserve, wait for LIVE, play, pause while nobody can see it, end.
 *
 * `unseen`: why it cannot be seen now (see visible.js), or null; settable.
 * Events: `show` (detail: {state, code, text, params, transport, retryMs}), `stats`, `reservation` (detail: the newest).
 */
export class PlayerSession extends EventTarget {
  #cameraId;
  #claim;
  #link;
  #preference;
  #quality;
  #state = "idle";
  #shown = "";
  #unseen;
  #lease = null;
  #life = new AbortController();
  #leaseScope = new AbortController();
  #turn = new AbortController();
  #backoff = new Backoff({ firstMs: 1_000, capMs: 30_000 });
  #reservedAgainAt = -Infinity;
  #trouble = null;

  constructor({ cameraId, quality, transport, stage, unseen = null }) {
    super();
    this.#cameraId = cameraId;
    this.#quality = quality;
    this.#preference = transport;
    this.#unseen = unseen;
    this.#claim = reservations.acquire({ cameraId, quality, transport });
    this.#link = new MediaLink(stage, transport, quality);
    this.#link.addEventListener("show", ({ detail }) => this.#linkShows(detail));
    this.#link.addEventListener("stats", ({ detail }) => this.dispatchEvent(new CustomEvent("stats", { detail })));
    this.#link.addEventListener("layers", () => this.#lease?.tell());
    this.#link.addEventListener("doubt", () => this.#lease?.refresh());
    this.#link.addEventListener("taken", () => this.#lease?.lose("duplicate_identity"));
  }

  start() {
    const { signal } = this.#life;
    addEventListener("pagehide", () => this.#pageGone(), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.retry(), { signal });
    if (this.#unseen) this.#show({ state: "idle", code: this.#unseen });
    else this.#reserve();
  }

  close() {
    this.#life.abort();
    this.#nextTurn();
    this.#forgetLease();
    this.#link.part();
    this.#claim.dispose();
  }

  /** By hand: everything from the top, on the lease we hold if we hold one. */
  retry() {
    this.#backoff.reset();
    this.#trouble = null;
    this.#nextTurn();
    this.#link.part();
    if (!this.#lease) {
      this.#reserve();
      return;
    }
    this.#news();
    this.#lease.refresh();
  }

  /** Another quality is told by heartbeat; it never reserves anew. */
  set quality(quality) {
    this.#quality = this.#claim.quality = this.#link.quality = quality;
    this.#lease?.tell();
  }

  set unseen(cause) {
    const before = this.#unseen;
    this.#unseen = cause;
    if (cause && !before) this.#rest();
    else if (cause && this.#state === "paused") this.#show({ state: "paused", code: cause });
    else if (!cause && before) this.#seenAgain();
  }

  set transport(transport) {
    this.#preference = this.#claim.transport = transport;
    this.#link.preference = transport;
    if (!this.#lease || this.#unseen) return;
    this.#link.part();
    this.#news();
  }

  #nextTurn() {
    this.#turn.abort();
    this.#turn = new AbortController();
    return this.#turn.signal;
  }

  async #reserve() {
    const signal = this.#nextTurn();
    if (this.#unseen) {
      this.#show({ state: "paused", code: this.#unseen });
      return;
    }
    this.#show({ state: "connecting", code: "reserving" });
    try {
      const lease = await this.#claim.open();
      if (!signal.aborted) this.#adopt(lease);
    } catch (error) {
      if (!signal.aborted) this.#refused(error);
    }
  }

  #adopt(lease) {
    this.#forgetLease();
    this.#lease = lease;
    const { signal } = this.#leaseScope;
    lease.addEventListener("change", () => this.#news(), { signal });
    lease.addEventListener("ended", ({ detail }) => this.#ended(detail), { signal });
    const remove = lease.addReporter(() => this.#report());
    signal.addEventListener("abort", remove, { once: true });
    lease.tell(); // somebody else's reservation may have been for another layer
    const onlyHls = this.#preference === "auto" && lease.reservation.transport === "hls";
    this.#link.preference = onlyHls ? "hls" : this.#preference;
    this.#news();
  }

  #forgetLease() {
    this.#leaseScope.abort();
    this.#leaseScope = new AbortController();
    this.#lease = null;
  }

  #news() {
    const { reservation } = this.#lease;
    this.dispatchEvent(new CustomEvent("reservation", { detail: reservation }));
    if (this.#unseen) return;
    const news = onNews(reservation, this.#link.joined);
    if (news.act === "wait") this.#wait(news);
    else if (news.act === "join") this.#link.play(reservation);
    else this.#link.update(reservation);
  }

  #wait(news) {
    const { trouble, show } = onWait(news, this.#trouble, performance.now());
    this.#trouble = trouble;
    this.#link.part();
    this.#show({ ...show, params: this.#lease.reservation.reason?.params });
  }

  #linkShows(detail) {
    this.#show(detail);
    if (detail.state !== "live") return;
    this.#trouble = null;
    this.#backoff.reset();
    this.#lease?.beat();
  }

  #refused(error) {
    if (error.code === undefined) throw error;
    const { state, code, text, retryMs } = onRefusal(error, this.#backoff);
    this.#show({ state, code, text, retryMs, params: error.params });
    if (retryMs !== null) after(retryMs, this.#turn.signal, () => this.#reserve());
    else if (state === "offline") this.#awaitReturn();
  }

  #ended(detail) {
    this.#forgetLease();
    this.#nextTurn();
    this.#link.part();
    const now = performance.now();
    const { act, state } = onEnd(detail, now - this.#reservedAgainAt > RESERVE_AGAIN_MS);
    if (act === "reserve") {
      this.#reservedAgainAt = now;
      this.#reserve();
    } else if (state === "refused" && detail.error) this.#refused(detail.error);
    else {
      this.#show({ state, code: detail.code, text: detail.text });
      if (state === "offline") this.#awaitReturn();
    }
  }

  /** Asks again when the camera is announced to be back; with growing waits, should that not last. */
  #awaitReturn() {
    const signal = this.#nextTurn();
    const again = ({ state }) => state === "ONLINE" && after(this.#backoff.next() / 2, signal, () => this.#reserve());
    const onMissed = () =>
      call("GET", `/cameras/${encodeURIComponent(this.#cameraId)}`, { signal }).then(again, () => null);
    cameraStates.listen(this.#cameraId, { onState: again, onMissed, signal });
  }

  #rest() {
    if (!this.#lease && !ACTIVE.has(this.#state)) return;
    this.#nextTurn();
    this.#link.part();
    this.#show({ state: "paused", code: this.#unseen });
    this.#lease?.beat();
  }

  #seenAgain() {
    if (!this.#lease) {
      if (["idle", "paused"].includes(this.#state)) this.#reserve();
      return;
    }
    this.#news();
    this.#lease.beat();
    this.#lease.refresh();
  }

  #pageGone() {
    this.#nextTurn();
    this.#forgetLease();
    this.#link.part();
  }

  #report() {
    return { ...this.#link.report, paused: Boolean(this.#unseen), quality: this.#quality, playback: this.#state };
  }

  #show({ state, code = null, text = "", params = {}, transport = null, retryMs = null }) {
    const shown = JSON.stringify([state, code, text, params, transport]);
    if (shown === this.#shown && retryMs === null) return;
    this.#shown = shown;
    this.#state = state;
    this.dispatchEvent(new CustomEvent("show", { detail: { state, code, text, params, transport, retryMs } }));
  }
}
