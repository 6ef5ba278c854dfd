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

/**
 * The video to subscribe to, or null: the largest, for low quality the smallest. Tracks are told apart by what the
 * publisher says of them, never by SID, which is another one after each reconnection; where it says nothing (WHIP: all
 * are named "synthesized-camera") the name decides, so that the choice is the same each time.
 * @param {Iterable<{kind: string, trackName: string, dimensions?: {width: number, height: number}}>} publications
 * @param {string} quality auto, high, medium or low
 */
export function chooseTrack(publications, quality) {
  const videos = [...publications].filter(({ kind }) => kind === "video");
  videos.sort((a, b) => size(b) - size(a) || a.trackName.localeCompare(b.trackName));
  return (quality === "low" ? videos.at(-1) : videos[0]) ?? null;
}

/** The layer to ask for of a track that has several; "auto" leaves it to what the picture's size needs. */
export function layer(quality) {
  return LAYERS[quality] ?? LAYERS.high;
}
