/** What WebRTC receivers tell about the picture, whatever the SFU. */

/** Asks for the smallest jitter buffer: a control room wants the newest picture, not the smoothest. */
export function lowDelay(receiver) {
  if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
  if ("playoutDelayHint" in receiver) receiver.playoutDelayHint = 0;
}

/** How many keyframes a receiver has decoded; undefined where there is none, or the browser does not tell. */
export async function keyframesDecoded(receiver) {
  const { inbound } = videoOf((await receiver?.getStats()) ?? new Map());
  return inbound ? inbound.keyFramesDecoded : receiver && 0;
}

const before = new WeakMap(); // RTCRtpReceiver → the raw numbers of the last look

function videoOf(report) {
  const all = [...report.values()];
  const inbound = all.find((each) => each.type === "inbound-rtp" && each.kind === "video");
  const pair = all.find((each) => each.type === "candidate-pair" && each.nominated && each.state === "succeeded");
  const codec = report.get(inbound?.codecId)?.mimeType?.replace(/^video\//i, "");
  return { inbound, codec, roundTrip: pair?.currentRoundTripTime };
}

/** Mean seconds per frame since the last look: a total of the first field over a count of the second. */
function mean(now, last, total, counted) {
  const frames = now[counted] - (last?.[counted] ?? 0);
  return frames > 0 ? (now[total] - (last?.[total] ?? 0)) / frames : null;
}

/** So that what the browser does not tell does not hide what the video element does. */
const knownOnly = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const ms = (value) => (Number.isFinite(value) ? value * 1000 : null);

/**
 * `latencyMs`: half the round trip plus the time from the first packet of a frame to the decoded frame; the camera's
 * own and the pusher's time are not in it. Null where the browser does not tell.
 */
export async function inboundStats(receiver) {
  const { inbound, codec, roundTrip } = videoOf(await receiver.getStats());
  if (!inbound) return {};
  const last = before.get(receiver);
  before.set(receiver, inbound);
  const processing = mean(inbound, last, "totalProcessingDelay", "framesDecoded");
  const elapsed = last ? (inbound.timestamp - last.timestamp) / 1000 : 0;
  return {
    framesDecoded: inbound.framesDecoded ?? 0,
    bitrate: elapsed > 0 ? ((inbound.bytesReceived - last.bytesReceived) * 8) / elapsed : null,
    latencyMs: processing === null ? null : ms(processing + (roundTrip ?? 0) / 2),
    jitterBufferMs: ms(mean(inbound, last, "jitterBufferDelay", "jitterBufferEmittedCount")),
    roundTripMs: ms(roundTrip),
    packetsLost: inbound.packetsLost ?? null,
    ...knownOnly({ fps: inbound.framesPerSecond, framesDropped: inbound.framesDropped, codec }),
    ...knownOnly({ width: inbound.frameWidth, height: inbound.frameHeight }),
  };
}
