/**
 * WebRTC where the SFU is Janus: it offers, we answer, by two calls of our own API.
 *
 * Every transport module exports `connect({video, reservation, quality, signal, lost, changed})`, which attaches media
 * to the video element and resolves to `{close({broken}), stats()}`; `lost(code)` is called at most once, when media
 * ended by itself. Players of one reservation share one connection, since a reservation is one participant.
 *
 * What it resolves to may also have: `quality`, settable, where there are layers to choose from; `layers`, the names of
 * those it needs now; `layer`, the one shown; `simulcast`, how many the SFU has of that one track; `hasSound`, and
 * `sound`, a track or null, once `listening` was set to true; `idle`, true while no frames are to be expected because
 * the video is out of sight; `resubscribe(signal)`, which asks for the same media anew without another connection and
 * resolves to false where that cannot be. `changed(media)` is called whenever `layers`, `hasSound` or `sound` may be
 * new, also before `connect` has resolved.
 *
 * All tracks are negotiated at once; which video layers flow, the server changes in Janus when a heartbeat tells it.
 */
import { call } from "../api.js";
import { abortOf } from "../signals.js";
import { LAYERS } from "./layer-rules.js";
import { LayerView } from "./layer-view.js";
import { inboundStats, keyframesDecoded, lowDelay } from "./webrtc-stats.js";

const GATHERING_MS = 150; // Janus learns our addresses from the connectivity checks (peer-reflexive candidates)
const DISCONNECTED_MS = 3_000;

const peers = new Map(); // reservation id → Peer

function gathered(connection) {
  const complete = new Promise((resolve) => {
    const look = () => connection.iceGatheringState === "complete" && resolve();
    connection.addEventListener("icegatheringstatechange", look);
    look();
  });
  return Promise.race([complete, new Promise((resolve) => setTimeout(resolve, GATHERING_MS))]);
}

class Peer {
  users = new Set();
  broken = false;
  #connection;
  #names = {}; // mid → high, low or audio
  #receivers = new Map(); // name → RTCRtpReceiver
  #grace = null;

  constructor(reservation) {
    this.generation = reservation.generation;
    this.#connection = new RTCPeerConnection({
      iceServers: reservation.ice_servers ?? [],
      bundlePolicy: "max-bundle",
    });
    this.#connection.ontrack = (event) => this.#came(event);
    this.#connection.onconnectionstatechange = () => this.#stateChanged();
    this.ready = this.#negotiate(`/stream/reservations/${reservation.reservation_id}`);
    this.ready.catch(() => this.close());
  }

  get available() {
    return LAYERS.filter((each) => this.#receivers.has(each));
  }

  get sound() {
    return this.#receivers.get("audio")?.track ?? null;
  }

  async open() {} // every track is there from the beginning

  attach(layer, video) {
    const receiver = this.#receivers.get(layer);
    if (!receiver) return;
    video.srcObject = new MediaStream([receiver.track]);
    video.play().catch(() => null); // muted and inline; an interrupted play() is no news
  }

  detach(layer, video) {
    if (video.srcObject?.getTracks().includes(this.#receivers.get(layer)?.track)) video.srcObject = null;
  }

  resting() {
    return false;
  }

  /** Not of a layer that another player shows: it never paused. */
  async keyframes(layer) {
    if ([...this.users].some(({ view }) => view?.shown === layer)) return undefined;
    return keyframesDecoded(this.#receivers.get(layer));
  }

  async stats(layer) {
    const receiver = this.#receivers.get(layer);
    return receiver ? inboundStats(receiver) : {};
  }

  close() {
    this.broken = true;
    clearTimeout(this.#grace);
    this.#connection.close();
  }

  async #negotiate(path) {
    const { type, sdp, tracks } = await call("POST", `${path}/offer`, { body: {} });
    this.#names = tracks ?? {};
    await this.#connection.setRemoteDescription({ type, sdp });
    await this.#connection.setLocalDescription();
    await gathered(this.#connection);
    await call("POST", `${path}/answer`, { body: { sdp: this.#connection.localDescription.sdp } });
  }

  #came({ receiver, track, transceiver }) {
    const name = this.#names[transceiver.mid] ?? (track.kind === "audio" ? "audio" : "high");
    if (track.kind === "video") lowDelay(receiver);
    this.#receivers.set(name, receiver);
  }

  #stateChanged() {
    clearTimeout(this.#grace);
    const state = this.#connection.connectionState;
    if (state === "failed") this.#lost();
    if (state === "disconnected") this.#grace = setTimeout(() => this.#lost(), DISCONNECTED_MS);
  }

  #lost() {
    this.close();
    this.tellAll("ice_failed");
  }

  tellAll(code) {
    for (const { lost } of [...this.users]) lost(code);
  }
}

function peerFor(reservation) {
  const id = reservation.reservation_id;
  const shared = peers.get(id);
  if (shared && !shared.broken && shared.generation === reservation.generation) return shared;
  const peer = new Peer(reservation);
  peers.set(id, peer);
  return peer;
}

function leave(peer, user, id, broken) {
  peer.users.delete(user);
  user.view?.close();
  if (peer.users.size > 0 && !broken) return;
  peer.close();
  if (peers.get(id) === peer) peers.delete(id);
  peer.tellAll("peer_replaced");
}

export async function connect({ video, reservation, quality = "auto", signal, lost, changed = () => null }) {
  if (!globalThis.RTCPeerConnection) throw Object.assign(new Error(), { code: "webrtc_unsupported" });
  const id = reservation.reservation_id;
  const user = { lost, view: null };
  const peer = peerFor(reservation);
  peer.users.add(user);
  const close = ({ broken = false } = {}) => leave(peer, user, id, broken);
  try {
    await Promise.race([peer.ready, abortOf(signal)]);
  } catch (error) {
    close();
    throw error;
  }
  const media = {
    close,
    stats: () => peer.stats(user.view.shown),
    listening: false,
    get layers() {
      return user.view.needed;
    },
    get layer() {
      return user.view.shown;
    },
    get hasSound() {
      return Boolean(peer.sound);
    },
    get sound() {
      return peer.sound;
    },
    set quality(wanted) {
      user.view.quality = wanted;
    },
  };
  user.view = new LayerView({ video, source: peer, quality, changed: () => changed(media) });
  user.view.start();
  return media;
}
