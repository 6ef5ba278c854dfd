import { load } from "../transports/index.js";
import { firstFrame } from "./frame-watch.js";

const DEADLINE_MS = { webrtc: 8_000, hls: 15_000, snapshot: 15_000 };

/**
 * One attempt to bring a picture by one transport: connected and first frame decoded, within a deadline.
 * A picture out of sight may be late: the deadline begins anew while the media rests (see idle in transports/janus.js).
 * Throws what went wrong (with a `code`), or the signal's reason; nothing is left behind then.
 */
export async function join({ transport, video, reservation, quality, signal, lost, changed }) {
  const late = new AbortController();
  const limit = AbortSignal.any([signal, late.signal]);
  let media = null;
  const isLate = () => media?.idle || late.abort({ code: "no_media" });
  const timer = setInterval(isLate, DEADLINE_MS[transport]);
  try {
    const { connect } = await load(transport, reservation.sfu);
    limit.throwIfAborted();
    media = await connect({ video, reservation, quality, signal: limit, lost, changed });
    if (transport !== "snapshot") await firstFrame(video, limit);
    return media;
  } catch (error) {
    media?.close({ broken: true });
    throw error;
  } finally {
    clearInterval(timer);
  }
}
