import { load } from "../transports/index.js";
import { firstFrame } from "./frame-watch.js";

const DEADLINE_MS = { webrtc: 8_000, hls: 15_000, snapshot: 15_000 };

/**
 * One attempt to bring a picture by one transport: connected and first frame decoded, within a deadline.
 * Throws what went wrong (with a `code`), or the signal's reason; nothing is left behind then.
 */
export async function join({ transport, video, reservation, signal, lost }) {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort({ code: "no_media" }), DEADLINE_MS[transport]);
  const limit = AbortSignal.any([signal, late.signal]);
  let media = null;
  try {
    const { connect } = await load(transport, reservation.sfu);
    limit.throwIfAborted();
    media = await connect({ video, reservation, signal: limit, lost });
    if (transport !== "snapshot") await firstFrame(video, limit);
    return media;
  } catch (error) {
    media?.close({ broken: true });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
