/**
 * The ways from this browser to our servers, each tried by itself.
 *
 * A check resolves to `{result: "ok"|"failed"|"none", detail}`; "none": not set up here. `detail` is for support:
 * English, technical, and never a credential.
 */
import { API, call } from "../api.js";

const GATHER_MS = 8_000;
const FETCH_MS = 8_000;
const H264 = "video/mp4; codecs=\"avc1.42E01F\"";

const ok = (detail = "") => ({ result: "ok", detail });
const failed = (detail) => ({ result: "failed", detail });
const none = (detail = "") => ({ result: "none", detail });

/** What the server says of its media; throws ApiError. */
export function ask() {
  return call("GET", "/connection");
}

export async function socket() {
  const url = new URL("/ws/cameras", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const opened = new WebSocket(url);
  const done = new Promise((resolve) => {
    opened.onopen = () => resolve(ok(url.host));
    opened.onclose = ({ code }) => resolve(failed(`${url.host} closed with ${code}`));
    setTimeout(() => resolve(failed(`${url.host} did not answer`)), FETCH_MS);
  });
  const answer = await done;
  opened.onclose = null;
  opened.close();
  return answer;
}

/** LiveKit answers `GET /` without a token; any answer means that its signalling can be reached. */
export async function signalling({ livekit_url: url }) {
  if (!url) return none("signalling goes through this server");
  const plain = url.replace(/^ws/, "http");
  try {
    await fetch(plain, { mode: "no-cors", cache: "no-store", signal: AbortSignal.timeout(FETCH_MS) });
    return ok(new URL(url).host);
  } catch (error) {
    return failed(`${new URL(url).host}: ${error.name}`);
  }
}

/** Gathers candidates until `wanted` has come or gathering is over. Resolves to the last words of it. */
async function gather({ servers, policy, wanted }) {
  if (!globalThis.RTCPeerConnection) return failed("no WebRTC in this browser");
  const connection = new RTCPeerConnection({ iceServers: servers, iceTransportPolicy: policy });
  const errors = new Set();
  const found = new Promise((resolve) => {
    connection.onicecandidate = ({ candidate }) => {
      if (!candidate) resolve(null);
      else if (candidate.type === wanted) resolve(candidate);
    };
    connection.onicecandidateerror = ({ errorCode, errorText }) => errors.add(`${errorCode} ${errorText}`);
    setTimeout(() => resolve(null), GATHER_MS);
  });
  try {
    connection.createDataChannel("test");
    await connection.setLocalDescription();
    const candidate = await found;
    if (candidate) return ok(`${candidate.type} ${candidate.protocol}`);
    return failed([`no ${wanted} candidate`, ...errors].join("; "));
  } finally {
    connection.close();
  }
}

/** The addresses of this machine; by our own server's STUN, where it is set up, the one the world sees. */
export function udp({ ice_servers: servers }) {
  const turn = urlsOf(servers, "udp")[0];
  if (!turn) return gather({ servers: [], policy: "all", wanted: "host" });
  const stun = turn.url.replace(/^turn:/, "stun:").replace(/\?.*$/, "");
  return gather({ servers: [{ urls: stun }], policy: "all", wanted: "srflx" });
}

/** TURN over "udp", "tcp" or "tls": whether a relayed address is given to us. */
export async function turn({ ice_servers: servers }, way) {
  const urls = urlsOf(servers, way);
  if (urls.length === 0) return none();
  const answers = await Promise.all(urls.map((each) => relay(each)));
  return answers.find(({ result }) => result === "failed") ?? answers[0];
}

async function relay({ url, username, credential }) {
  const answer = await gather({ servers: [{ urls: url, username, credential }], policy: "relay", wanted: "relay" });
  return { ...answer, detail: `${url}: ${answer.detail}` };
}

/** Which way a TURN URL goes (RFC 7065 §3.1: turns is TLS, turn without a transport is UDP). */
export function wayOf(url) {
  if (url.startsWith("turns:")) return "tls";
  if (!url.startsWith("turn:")) return null;
  return url.includes("transport=tcp") ? "tcp" : "udp";
}

export function urlsOf(servers, way) {
  return servers.flatMap(({ urls, username, credential }) =>
    [urls].flat().filter((url) => wayOf(url) === way).map((url) => ({ url, username, credential })),
  );
}

/** A playlist that nobody has: a coded refusal is the right answer, silence or a proxy's page is not. */
export async function hls({ hls_base: base }) {
  const url = new URL(`${base}/camera_connection-test/index.m3u8`, location.href);
  const options = { cache: "no-store", signal: AbortSignal.timeout(FETCH_MS) };
  if (url.origin !== location.origin) options.credentials = "include"; // as hls.js does
  try {
    const { status } = await fetch(url, options);
    return [401, 404].includes(status) ? ok(`${url.host} answered ${status}`) : failed(`${url.host} answered ${status}`);
  } catch (error) {
    return failed(`${url.host}: ${error.name}`);
  }
}

export async function webrtcH264() {
  const { codecs = [] } = globalThis.RTCRtpReceiver?.getCapabilities("video") ?? {};
  const profiles = codecs.filter(({ mimeType }) => mimeType.toLowerCase() === "video/h264");
  return profiles.length ? ok(`${profiles.length} profiles`) : failed("no H.264 in WebRTC");
}

export async function hlsH264() {
  if (globalThis.MediaSource?.isTypeSupported(H264)) return ok("Media Source Extensions");
  const plays = document.createElement("video").canPlayType("application/vnd.apple.mpegurl");
  return plays ? ok("HLS by the browser itself") : failed("neither Media Source Extensions nor HLS");
}

/** Where `ask` goes, for the report. */
export const address = () => `${location.host}${API}`;
