/** HLS, by hls.js where the browser has Media Source Extensions, else natively. Contract: see janus.js. */
import { abortOf } from "../signals.js";

const NOT_READY = new Set([404, 503]); // the playlist of a stream that has just started
const PATIENT = {
  maxNumRetry: 8,
  retryDelayMs: 500,
  maxRetryDelayMs: 2_000,
  shouldRetry: (retry, tried, _timeout, answer, usual) =>
    tried < retry.maxNumRetry && (NOT_READY.has(answer?.code) || (usual && tried === 0)),
};
const SETTINGS = {
  enableWorker: false, // one stream needs none, and its blob: worker would need a wider policy
  lowLatencyMode: true,
  liveSyncDurationCount: 2,
  liveMaxLatencyDurationCount: 6,
  maxLiveSyncPlaybackRate: 1.3,
  backBufferLength: 10,
  maxBufferLength: 12,
  manifestLoadPolicy: {
    default: { maxTimeToFirstByteMs: 8_000, maxLoadTimeMs: 10_000, timeoutRetry: PATIENT, errorRetry: PATIENT },
  },
};

function failure(code) {
  return Object.assign(new Error(code), { code });
}

function failureCode(data) {
  if (data.response?.code === 401 || data.response?.code === 403) return "token_invalid";
  return data.type === "mediaError" ? "hls_media" : "hls_network";
}

/** Where the playlists are on another host, their cookie must go there too. */
function settingsFor(url) {
  if (new URL(url, location.href).origin === location.origin) return SETTINGS;
  return { ...SETTINGS, xhrSetup: (xhr) => Object.assign(xhr, { withCredentials: true }) };
}

function attach(Hls, { video, url, lost }) {
  const hls = new Hls(settingsFor(url));
  let bitrate = null;
  const ready = new Promise((resolve, reject) => {
    hls.on(Hls.Events.MANIFEST_PARSED, () => resolve());
    hls.on(Hls.Events.FRAG_LOADED, (_event, { frag, part }) => {
      const { stats, duration } = part ?? frag; // of a segment that comes in parts the bytes so far are not all of it
      if (stats?.loaded && duration) bitrate = (stats.loaded * 8) / duration;
    });
    hls.on(Hls.Events.ERROR, (_event, data) => {
      if (!data.fatal) return;
      reject(failure(failureCode(data)));
      lost(failureCode(data));
    });
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  const close = () => hls.destroy();
  const stats = async () => ({ bitrate, latencyMs: hls.latency ? hls.latency * 1000 : null });
  return { ready, media: { close, stats } };
}

function native({ video, url, lost }) {
  const failed = () => lost("hls_media");
  video.addEventListener("error", failed);
  video.src = url;
  const close = () => {
    video.removeEventListener("error", failed);
    video.removeAttribute("src");
    video.load();
  };
  return { close, stats: async () => ({}) };
}

export async function connect({ video, reservation, signal, lost }) {
  const url = reservation.hls_url;
  if (!url) throw failure("hls_not_ready");
  const { default: Hls } = await import("../../vendor/hls.mjs");
  signal.throwIfAborted();
  video.srcObject = null;
  if (!Hls.isSupported()) {
    if (!video.canPlayType("application/vnd.apple.mpegurl")) throw failure("hls_unsupported");
    const media = native({ video, url, lost });
    video.play().catch(() => null);
    return media;
  }
  const { ready, media } = attach(Hls, { video, url, lost });
  try {
    await Promise.race([ready, abortOf(signal)]);
  } catch (error) {
    media.close();
    throw error;
  }
  video.play().catch(() => null);
  return media;
}
