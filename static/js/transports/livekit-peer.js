import { bestQuality } from "../heartbeats.js";
import { abortOf, pause } from "../signals.js";
import { LAYERS } from "./layer-rules.js";
import { isPublisher, layer, lostCode, nameTracks, refusalCode } from "./livekit-rules.js";
import { inboundStats, lowDelay } from "./webrtc-stats.js";

const RECONNECT_MS = [0, 300, 1_000, 2_000]; // then it is the player's turn, which also has HLS
const UNSUBSCRIBED_MS = 1_000;
const CONNECT_MS = { websocketTimeout: 5_000, peerConnectionTimeout: 7_000 };

export function failure(code) {
  return Object.assign(new Error(code), { code });
}

/** One participant: a room joined, the tracks of its publisher that are needed, and the players that show them. */
export class Peer {
  broken = false;
  #livekit;
  #room;
  #cameraId;
  #layers; // of the camera; a layer nobody wanted yet is not published
  #users = new Set();
  #signalled = false;
  #connected = false;
  #named = {}; // high, low, audio → publication
  #subscribed = new Set(); // publications we asked for
  #tracks = new Map(); // publication → track
  #arrivals = new Set();
  #playing = false;
  #seen; // called with nothing at the first track, with an error when there will be none
  #refuse;

  constructor(livekit, reservation) {
    this.#livekit = livekit;
    this.#cameraId = reservation.camera_id;
    this.#layers = reservation.layers ?? [];
    this.generation = reservation.generation;
    this.#room = this.#makeRoom();
    this.ready = new Promise((resolve, reject) => {
      this.#seen = resolve;
      this.#refuse = reject;
    });
    this.ready.catch(() => this.close());
    this.#open(reservation);
  }

  get unused() {
    return this.#users.size === 0;
  }

  get available() {
    return LAYERS.filter((each) => this.#layers.includes(each) || this.#named[each]);
  }

  get hasSound() {
    return Boolean(this.#named.audio);
  }

  get sound() {
    return this.#track("audio")?.mediaStreamTrack ?? null;
  }

  add(user) {
    this.#users.add(user);
  }

  remove(user) {
    this.#users.delete(user);
    user.view.close();
  }

  /** Whether no frames come because nobody would see them: adaptive stream lets off-screen video rest. */
  resting(name) {
    return Boolean(this.#track(name)) && !this.#named[name].isEnabled;
  }

  /** How many layers the server itself has of one track: those a publisher or a transcoding ingress sends. */
  simulcast(name) {
    const { simulcast = false, layers = [] } = this.#named[name]?.trackInfo ?? {};
    return simulcast ? layers.length : 0;
  }

  async open(name, signal) {
    while (!this.#track(name)) {
      await Promise.race([new Promise((resolve) => this.#arrivals.add(resolve)), abortOf(signal)]);
    }
  }

  attach(name, video) {
    this.#track(name)?.attach(video);
  }

  detach(name, video) {
    this.#track(name)?.detach(video);
  }

  /** LiveKit begins each subscription with a keyframe. */
  async keyframes() {
    return undefined;
  }

  async stats(name) {
    const receiver = this.#track(name)?.receiver;
    return receiver ? inboundStats(receiver) : {};
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

  /** Subscribes to what the players need and to nothing else; called whenever either may have changed. */
  choose() {
    this.#name();
    const users = [...this.#users];
    const names = users.flatMap(({ view, listening }) => [...view.needed, ...(listening ? ["audio"] : [])]);
    const wanted = new Set(names.map((name) => this.#named[name]).filter(Boolean));
    for (const each of [...this.#subscribed].filter((other) => !wanted.has(other))) this.#subscribe(each, false);
    for (const each of [...wanted].filter((other) => !this.#subscribed.has(other))) this.#subscribe(each, true);
    // Where one track has layers of its own, the best quality wanted decides.
    const quality = this.#named.low ? "high" : bestQuality(users.map((user) => user.quality));
    for (const each of wanted) if (each.kind === "video") each.setVideoQuality(layer(quality));
  }

  /** Asks for the same track anew. False: there is none. */
  async resubscribe(name, signal) {
    const publication = this.#named[name];
    if (!this.#track(name)) return false;
    const { RoomEvent } = this.#livekit;
    const gone = new Promise((resolve) => this.#room.once(RoomEvent.TrackUnsubscribed, resolve));
    publication.setSubscribed(false);
    await Promise.race([gone, pause(UNSUBSCRIBED_MS, signal)]); // at once, the server would not see a change
    if (this.#subscribed.has(publication)) publication.setSubscribed(true);
    return true;
  }

  #track(name) {
    return this.#tracks.get(this.#named[name]);
  }

  #subscribe(publication, wanted) {
    if (wanted) this.#subscribed.add(publication);
    else this.#subscribed.delete(publication);
    publication.setSubscribed(wanted);
  }

  #name() {
    const publications = [...this.#publications()];
    const audio = publications.find(({ kind }) => kind === "audio");
    this.#named = { ...nameTracks(publications, this.#layers), ...(audio && { audio }) };
  }

  #makeRoom() {
    const { Room, RoomEvent } = this.#livekit;
    const nextRetryDelayInMs = ({ retryCount }) => RECONNECT_MS[retryCount] ?? null;
    const room = new Room({ adaptiveStream: true, dynacast: true, reconnectPolicy: { nextRetryDelayInMs } });
    room.on(RoomEvent.SignalConnected, () => {
      this.#signalled = true;
    });
    for (const event of ["ParticipantConnected", "TrackPublished", "TrackUnpublished"]) {
      room.on(RoomEvent[event], () => this.#published());
    }
    room.on(RoomEvent.TrackSubscribed, (track, publication) => this.#subscribedTo(track, publication));
    room.on(RoomEvent.TrackUnsubscribed, (_track, publication) => this.#unsubscribed(publication));
    room.on(RoomEvent.Disconnected, (reason) => this.#ended(reason));
    return room;
  }

  async #open({ livekit_url: url, livekit_token: token, ice_servers: servers }) {
    // Even an empty list of ICE servers: without one, LiveKit would send browsers to public STUN servers.
    const options = { autoSubscribe: false, maxRetries: 0, rtcConfig: { iceServers: servers ?? [] }, ...CONNECT_MS };
    try {
      await this.#room.connect(url, token, options);
      this.#connected = true;
      this.#published();
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

  #published() {
    this.choose();
    for (const { view, changed } of this.#users) {
      view.refresh();
      changed();
    }
  }

  #subscribedTo(track, publication) {
    if (!this.#subscribed.has(publication)) return;
    this.#tracks.set(publication, track);
    const name = Object.keys(this.#named).find((each) => this.#named[each] === publication);
    for (const resolve of this.#arrivals) resolve();
    this.#arrivals.clear();
    if (publication.kind === "video") {
      lowDelay(track.receiver);
      this.#playing = true;
      this.#seen();
    }
    for (const { view, changed } of this.#users) {
      view.arrived(name);
      changed();
    }
  }

  #unsubscribed(publication) {
    this.#tracks.delete(publication);
    for (const { changed } of this.#users) changed();
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
