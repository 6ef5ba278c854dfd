/** A still picture, a new one each ten seconds, shown as the video element's poster. Contract: see janus.js. */
import { request } from "../api.js";
import { pause } from "../signals.js";

const EVERY_MS = 10_000;
const FAILURES = 3;

async function picture(cameraId, signal) {
  const response = await request("GET", `/cameras/${encodeURIComponent(cameraId)}/snapshot`, {
    headers: { Accept: "*/*" }, // the API negotiates JSON only
    signal,
  });
  return URL.createObjectURL(await response.blob());
}

/** The first one may still have to be taken: the server says when to ask again. */
async function firstPicture(cameraId, signal) {
  for (;;) {
    try {
      return await picture(cameraId, signal);
    } catch (error) {
      if (!error.retryAfter) throw error;
      await pause(error.retryAfter * 1000, signal);
    }
  }
}

export async function connect({ video, reservation, signal, lost }) {
  const stop = new AbortController();
  const cameraId = reservation.camera_id;
  let shown = null;
  let failures = 0;

  function show(url) {
    video.poster = url;
    if (shown) URL.revokeObjectURL(shown);
    shown = url;
  }

  async function refresh() {
    try {
      show(await picture(cameraId, stop.signal));
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!stop.signal.aborted && failures === FAILURES) lost(error.code ?? "network");
    }
  }

  const first = await firstPicture(cameraId, signal);
  video.srcObject = null;
  video.removeAttribute("src");
  show(first);
  const timer = setInterval(refresh, EVERY_MS);
  return {
    close() {
      stop.abort();
      clearInterval(timer); // the last picture stays until another one, or video, takes its place
    },
    stats: async () => ({}),
  };
}
