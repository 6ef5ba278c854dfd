/**
 * WebRTC where the SFU is Janus: it offers, we answer, by two calls of our own API.
 *
 * Every transport module exports `connect({video, reservation, quality, signal, lost})`, which attaches media to the
 * video element and resolves to `{close({broken}), stats()}`; `lost(code)` is called at most once, when media ended by
 * itself. Players of one reservation share one connection, since a reservation is one participant.
 *
 * What it resolves to may also have: `quality`, settable, where there are layers to choose from; `idle`, true while no
 * frames are to be expected because the video is out of sight; `resubscribe(signal)`, which asks for the same media anew
 * without another connection and resolves to false where that cannot be.
 */
import { call } from "../api.js";
import { abortOf } from "../signals.js";
import { inboundStats, lowDelay } from "./webrtc-stats.js";

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
  stream = new MediaStream();
  users = new Set();
  broken = false;
  #connection;
  #grace = null;

  constructor(reservation) {
    this.generation = reservation.generation;
    this.#connection = new RTCPeerConnection({
      iceServers: reservation.ice_servers ?? [],
      bundlePolicy: "max-bundle",
    });
    this.#connection.ontrack = ({ receiver, track }) => {
      lowDelay(receiver);
      this.stream.addTrack(track);
    };
    this.#connection.onconnectionstatechange = () => this.#stateChanged();
    this.ready = this.#negotiate(`/stream/reservations/${reservation.reservation_id}`);
    this.ready.catch(() => this.close());
  }

  stats() {
    return inboundStats(this.#connection);
  }

  close() {
    this.broken = true;
    clearTimeout(this.#grace);
    this.#connection.close();
  }

  async #negotiate(path) {
    const { type, sdp } = await call("POST", `${path}/offer`, { body: {} });
    await this.#connection.setRemoteDescription({ type, sdp });
    await this.#connection.setLocalDescription();
    await gathered(this.#connection);
    await call("POST", `${path}/answer`, { body: { sdp: this.#connection.localDescription.sdp } });
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
  if (peer.users.size > 0 && !broken) return;
  peer.close();
  if (peers.get(id) === peer) peers.delete(id);
  peer.tellAll("peer_replaced");
}

export async function connect({ video, reservation, signal, lost }) {
  if (!globalThis.RTCPeerConnection) throw Object.assign(new Error(), { code: "webrtc_unsupported" });
  const id = reservation.reservation_id;
  const user = { lost };
  const peer = peerFor(reservation);
  peer.users.add(user);
  const close = ({ broken = false } = {}) => leave(peer, user, id, broken);
  try {
    await Promise.race([peer.ready, abortOf(signal)]);
  } catch (error) {
    close();
    throw error;
  }
  video.srcObject = peer.stream;
  video.play().catch(() => null); // muted and inline; an interrupted play() is no news
  return { close, stats: () => peer.stats() };
}
