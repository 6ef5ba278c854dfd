/** What the heartbeat of a lease says, made from what each consumer in the page reports. Pure. */
import { inOrder } from "./transports/layer-rules.js";

const QUALITIES = ["low", "medium", "high"];

/** What satisfies all players of one reservation. */
export function bestQuality(wanted) {
  if (wanted.length === 0 || wanted.includes("auto")) return "auto";
  return wanted.reduce((best, each) => (QUALITIES.indexOf(each) > QUALITIES.indexOf(best) ? each : best));
}

function most(reports, key) {
  const values = reports.map((each) => each[key]).filter((value) => Number.isFinite(value));
  return values.length ? Math.round(Math.max(...values)) : null;
}

/**
 * @param {number} framesBefore frames decoded on this lease up to the last heartbeat.
 * @param {Array<{newFrames: number, paused: boolean, quality: string, transport: string|null, playback: string,
 *   layers: string[], bitrate: number|null, latencyMs: number|null, roundTripMs: number|null}>} reports one per consumer.
 */
export function heartbeatBody(framesBefore, reports) {
  const layers = inOrder(reports.flatMap((each) => each.layers ?? []));
  const playing = reports.find((each) => !each.paused && each.transport) ?? reports[0];
  return {
    frames_decoded: reports.reduce((sum, each) => sum + each.newFrames, framesBefore),
    paused: reports.every((each) => each.paused),
    bitrate: most(reports, "bitrate"),
    latency_ms: most(reports, "latencyMs"),
    rtt_ms: most(reports, "roundTripMs"),
    quality: bestQuality(reports.map((each) => each.quality)),
    ...(layers.length > 0 && { layers }),
    transport: playing?.transport ?? null,
    playback: playing?.playback ?? null,
  };
}
