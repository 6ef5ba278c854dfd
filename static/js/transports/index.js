/** Which module carries which transport; each is loaded when first needed. */

const WEBRTC = {
  janus: () => import("./janus.js"),
  livekit: () => import("./livekit.js"),
};
const OTHERS = {
  hls: () => import("./hls.js"),
  snapshot: () => import("./snapshot.js"),
};

/** @param {"webrtc"|"hls"|"snapshot"} transport @param {string} sfu the reservation's `sfu` */
export async function load(transport, sfu) {
  const loader = transport === "webrtc" ? WEBRTC[sfu] : OTHERS[transport];
  if (!loader) throw Object.assign(new Error("wrong_transport"), { code: "wrong_transport" });
  return loader();
}
