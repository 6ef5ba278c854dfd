/** What LiveKit's words mean for a player, and which of a publisher's tracks to take. Pure. */

// By name of `DisconnectReason` (livekit_models.proto); every other reason is a connection that broke.
const LOST = {
  DUPLICATE_IDENTITY: "duplicate_identity",
  PARTICIPANT_REMOVED: "removed_from_room",
  ROOM_DELETED: "room_gone",
  ROOM_CLOSED: "room_gone",
  SERVER_SHUTDOWN: "sfu_unreachable",
  SIGNAL_CLOSE: "sfu_unreachable",
};
const NOT_FOUND = 404;
const LAYERS = { low: 0, medium: 1, high: 2 }; // VideoQuality of livekit_models.proto

/** @param {string|undefined} reason the name of a DisconnectReason; none where the client gave up by itself. */
export function lostCode(reason) {
  return LOST[reason] ?? "ice_failed";
}

/**
 * Why a connection was not made.
 * @param {{reason: string|undefined, status?: number, left?: string}} error the name of its ConnectionErrorReason;
 *   `left`: of the DisconnectReason with which the server turned us away.
 * @param {boolean} signalled whether the server was reached, so that it is the media that did not get through.
 */
export function refusalCode({ reason, status, left }, signalled) {
  if (reason === "NotAllowed") return status === NOT_FOUND ? "room_gone" : "token_invalid";
  if (reason === "LeaveRequest") return lostCode(left);
  return signalled ? "ice_failed" : "sfu_unreachable";
}

/** Whether this participant of the camera's room publishes the camera. */
export function isPublisher(identity, cameraId) {
  return identity.startsWith(`camera_${cameraId}_publisher`);
}

function size({ dimensions }) {
  return (dimensions?.width ?? 0) * (dimensions?.height ?? 0);
}

/** The place of its m-line, where the publisher came by WHIP: "video1" is 1. */
function place({ trackInfo }) {
  return Number.parseInt(/\d+$/.exec(trackInfo?.mid ?? "")?.[0] ?? "", 10);
}

function named({ trackName }) {
  return /(?:^|\W)(high|low)$/.exec(trackName ?? "")?.[1];
}

/** High first: by the order of m-lines, else by size, else by name, so that it is the same each time. */
function ordered(videos) {
  const placed = new Set(videos.map(place).filter((each) => !Number.isNaN(each))).size === videos.length;
  const order = placed ? (a, b) => place(a) - place(b) : (a, b) => size(b) - size(a);
  return [...videos].sort((a, b) => order(a, b) || a.trackName.localeCompare(b.trackName));
}

/**
 * Which of a publisher's videos is which layer: {high?, low?}. Told apart by name, never by SID, which is another one
 * after each reconnection; where names say nothing (LiveKit's WHIP calls all "synthesized-camera") by their m-lines:
 * high comes first; else by size. One with no other beside it is high, unless the camera has two and its m-line is the
 * second: a layer nobody wants is not published.
 * @param {Iterable<{kind: string, trackName: string, trackInfo?: {mid?: string}, dimensions?: {width: number,
 *   height: number}}>} publications
 * @param {string[]} layers what the camera has.
 */
export function nameTracks(publications, layers = []) {
  const videos = [...publications].filter(({ kind }) => kind === "video");
  const byName = Object.fromEntries(videos.map((each) => [named(each), each]));
  if (videos.length > 0 && videos.every(named)) return byName;
  if (videos.length === 1) return { [layers.includes("low") && place(videos[0]) > 0 ? "low" : "high"]: videos[0] };
  const [high, ...others] = ordered(videos);
  return high ? { high, low: others.at(-1) } : {};
}

/** The layer to ask for of a track that has several; "auto" leaves it to what the picture's size needs. */
export function layer(quality) {
  return LAYERS[quality] ?? LAYERS.high;
}
