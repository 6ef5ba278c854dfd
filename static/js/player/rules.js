/** What a player does about what it hears. Pure functions; the session carries them out. */

const OFFLINE = new Set([
  "camera_offline",
  "source_unreachable",
  "source_away",
  "source_stalled",
  "source_unauthorised",
  "source_not_video",
  "codec_refused",
]);
const PASSING = new Set(["busy", "idempotency_in_progress"]);
const OFFLINE_AFTER_MS = 10_000;
const PLAYABLE = new Set(["LIVE", "DRAINING"]);

/** Names one life of the media: another name means that what we play is no longer it. */
export function mediaKey({ generation, room_name: room }) {
  return `${generation}/${room ?? ""}`;
}

/**
 * What to do about news of the reservation.
 * @param {string|null} joined mediaKey of what we play or are joining.
 * @returns {{act: "keep"|"join"|"wait", code?: string, text?: string}}
 */
export function onNews(reservation, joined) {
  if (PLAYABLE.has(reservation.state)) {
    return { act: joined === mediaKey(reservation) ? "keep" : "join" };
  }
  const { code, text } = reservation.reason ?? {};
  if (reservation.state === "RETRYING") return { act: "wait", code: code ?? "retrying", text };
  return { act: "wait", code: "starting", text: undefined };
}

/**
 * What to show while the stream is not live. Trouble is remembered over the starts between two retries, so that words
 * don't flicker; a source in trouble for ten seconds is called offline, though we go on waiting.
 * @param {{code: string, text: string, since: number}|null} trouble of this stream so far.
 * @param {number} now milliseconds.
 */
export function onWait({ code, text }, trouble, now) {
  const lasting = code === "starting" ? trouble : { code, text, since: trouble?.since ?? now };
  if (!lasting) return { trouble: null, show: { state: "connecting", code, text } };
  const offline = OFFLINE.has(lasting.code) && now - lasting.since >= OFFLINE_AFTER_MS;
  const show = { state: offline ? "offline" : "connecting", code: lasting.code, text: lasting.text };
  return { trouble: lasting, show };
}

/**
 * What to show for a refused or failed request, and after how many milliseconds to ask again (null: only by hand).
 * @param {{status: number, code: string, detail: string, retryAfter: number|null, transient: boolean}} error
 * @param {{next(): number}} backoff asked only where waiting may help.
 */
export function onRefusal(error, backoff) {
  const { code, detail: text, retryAfter } = error;
  if (OFFLINE.has(code)) return { state: "offline", code, text, retryMs: null };
  if (retryAfter !== null && retryAfter !== undefined) {
    const state = error.status >= 500 || PASSING.has(code) ? "connecting" : "refused";
    return { state, code, text, retryMs: Math.max(1, retryAfter) * 1000 };
  }
  if (error.transient || PASSING.has(code)) return { state: "connecting", code, text, retryMs: backoff.next() };
  return { state: "refused", code, text, retryMs: null };
}

/**
 * What to do when the lease ended without us.
 * @param {boolean} mayReserve whether a lapsed lease was not already replaced a moment ago.
 * @returns {{act: "reserve"} | {act: "show", state: string}}
 */
export function onEnd({ state, code }, mayReserve) {
  if (state === "EXPIRED") return mayReserve ? { act: "reserve" } : { act: "show", state: "ended" };
  if (state === "FAILED") return { act: "show", state: OFFLINE.has(code) ? "offline" : "ended" };
  if (OFFLINE.has(code)) return { act: "show", state: "offline" };
  return { act: "show", state: state === "REFUSED" ? "refused" : "ended" };
}
