/** WebRTC where the SFU is LiveKit, by livekit-client. Contract: see janus.js. */
import { bestQuality } from "../heartbeats.js";
import { abortOf, pause } from "../signals.js";
import { chooseTrack, isPublisher, layer, lostCode, refusalCode } from "./livekit-rules.js";
import { inboundStats, lowDelay } from "./webrtc-stats.js";

const RECONNECT_MS = [0, 300, 1_000, 2_000]; // then it is the player's turn, which also has HLS
const UNSUBSCRIBED_MS = 1_000;
const CONNECT_MS = { websocketTimeout: 5_000, peerConnectionTimeout: 7_000 };

const peers = new Map(); // reservation id → Peer

function failure(code) {
  return Object.assign(new Error(code), { code });
}

async function library() {
  const livekit = await import("../../vendor/livekit.mjs");
  livekit.setLogLevel("error");
  if (!livekit.isBrowserSupported()) throw failure("webrtc_unsupported");
  return livekit;
}

/** One participant: a room joined, one video of its publisher, and the players of this page that show it. */
class Peer {
  broken = false;
  #livekit;
  #room;
  #cameraId;
  #users = new Set();
  #signalled = false;
  #connected = false;
  #publication = null;
  #track = null;
  #playing = false;
  #seen; // called with nothing at the first track, with an error when there will be none
  #refuse;

  constructor(livekit, reservation) {
    this.#livekit = livekit;
    this.#cameraId = reservation.camera_id;
    this.generation = reservation.generation;
    this.#room = this.#makeRoom();
    this.ready = new Promise((resolve, reject) => {
      this.#seen = resolve;
      this.#refuse = reject;
    });
    this.ready.catch(() => this.close());
    this.#open(reservation);
  }

  /** Whether no frames come because nobody would see them: adaptive stream lets off-screen video rest. */
  get idle() {
    return Boolean(this.#track) && !this.#publication.isEnabled;
  }

  get unused() {
    return this.#users.size === 0;
  }

  add(user) {
    this.#users.add(user);
    this.#track?.attach(user.video);
    this.choose();
  }

  remove(user) {
    this.#users.delete(user);
    this.#track?.detach(user.video);
  }

  stats() {
    return this.#track?.receiver ? inboundStats(this.#track.receiver) : Promise.resolve({});
  }

  close() {
    this.broken = true;
    this.#room.disconnect().catch(() => null);
  }

  /** Each player is told once: it is no longer one of ours then. */
  tellAll(code) {
    const users = [...this.#users];
    this.#users.clear();
    for (const { lost } of users) lost(code);
  }

  /** Takes the video that suits the best quality wanted; called whenever either may have changed. */
  choose() {
    const quality = bestQuality([...this.#users].map((user) => user.quality));
    const chosen = chooseTrack(this.#publications(), quality);
    if (chosen !== this.#publication) {
      this.#publication?.setSubscribed(false);
      this.#publication = chosen;
      chosen?.setSubscribed(true);
    }
    chosen?.setVideoQuality(layer(quality));
  }

  /** Asks for the same track anew. False: there is none. */
  async resubscribe(signal) {
    const publication = this.#publication;
    if (!publication || !this.#track) return false;
    const { RoomEvent } = this.#livekit;
    const gone = new Promise((resolve) => this.#room.once(RoomEvent.TrackUnsubscribed, resolve));
    publication.setSubscribed(false);
    await Promise.race([gone, pause(UNSUBSCRIBED_MS, signal)]); // at once, the server would not see a change
    if (publication === this.#publication) publication.setSubscribed(true);
    return true;
  }

  #makeRoom() {
    const { Room, RoomEvent } = this.#livekit;
    const nextRetryDelayInMs = ({ retryCount }) => RECONNECT_MS[retryCount] ?? null;
    const room = new Room({ adaptiveStream: true, dynacast: true, reconnectPolicy: { nextRetryDelayInMs } });
    room.on(RoomEvent.SignalConnected, () => {
      this.#signalled = true;
    });
    for (const event of ["ParticipantConnected", "TrackPublished", "TrackUnpublished"]) {
      room.on(RoomEvent[event], () => this.choose());
    }
    room.on(RoomEvent.TrackSubscribed, (track, publication) => this.#subscribed(track, publication));
    room.on(RoomEvent.TrackUnsubscribed, (track) => {
      if (track === this.#track) this.#track = null;
    });
    room.on(RoomEvent.Disconnected, (reason) => this.#ended(reason));
    return room;
  }

  async #open({ livekit_url: url, livekit_token: token, ice_servers: servers }) {
    // Even an empty list of ICE servers: without one, LiveKit would send browsers to public STUN servers.
    const options = { autoSubscribe: false, maxRetries: 0, rtcConfig: { iceServers: servers ?? [] }, ...CONNECT_MS };
    try {
      await this.#room.connect(url, token, options);
      this.#connected = true;
      this.choose();
    } catch (error) {
      this.#refuse(failure(this.#refusal(error)));
    }
  }

  #refusal({ reason, status, context }) {
    const { ConnectionErrorReason, DisconnectReason } = this.#livekit;
    const left = DisconnectReason[context];
    return refusalCode({ reason: ConnectionErrorReason[reason], status, left }, this.#signalled);
  }

  *#publications() {
    for (const { identity, trackPublications } of this.#room.remoteParticipants.values()) {
      if (isPublisher(identity, this.#cameraId)) yield* trackPublications.values();
    }
  }

  #subscribed(track, publication) {
    if (publication !== this.#publication) return;
    lowDelay(track.receiver);
    this.#track = track;
    this.#playing = true;
    for (const { video } of this.#users) track.attach(video);
    this.#seen();
  }

  /** What failed before the room was joined is told by connect(), and better. */
  #ended(reason) {
    if (this.broken || !this.#connected) return;
    const code = lostCode(this.#livekit.DisconnectReason[reason]);
    this.close();
    if (this.#playing) this.tellAll(code);
    else this.#refuse(failure(code));
  }
}

/** An older life's connection is closed first: the server would end it anyway, because both have one identity. */
function peerFor(livekit, reservation) {
  const id = reservation.reservation_id;
  const shared = peers.get(id);
  if (shared && !shared.broken && shared.generation === reservation.generation) return shared;
  shared?.close();
  shared?.tellAll("peer_replaced");
  const peer = new Peer(livekit, reservation);
  peers.set(id, peer);
  return peer;
}

function leave(peer, user, id, broken) {
  peer.remove(user);
  if (!peer.unused && !broken) {
    peer.choose();
    return;
  }
  peer.close();
  if (peers.get(id) === peer) peers.delete(id);
  peer.tellAll("peer_replaced");
}

export async function connect({ video, reservation, quality = "auto", signal, lost }) {
  if (!reservation.livekit_url || !reservation.livekit_token) throw failure("stream_not_live");
  const livekit = await library();
  signal.throwIfAborted();
  const peer = peerFor(livekit, reservation);
  const user = { video, quality, lost };
  peer.add(user);
  const close = ({ broken = false } = {}) => leave(peer, user, reservation.reservation_id, broken);
  try {
    await Promise.race([peer.ready, abortOf(signal)]);
  } catch (error) {
    close();
    throw error;
  }
  return {
    close,
    stats: () => peer.stats(),
    resubscribe: (until) => peer.resubscribe(until),
    get idle() {
      return peer.idle;
    },
    set quality(wanted) {
      user.quality = wanted;
      peer.choose();
    },
  };
}
