/**
 * Not LiveKit: a stand-in for livekit-client in the page, with the few names and events that our transport uses.
 *
 * It knows one room. Nothing goes over a network and nothing is encoded: the "publisher" is a canvas, so that a video
 * element decodes real frames. It publishes one track that has layers, or, after `publishTracks(names)`, a track for
 * each of `high`, `low` and `audio`, named alike as LiveKit's WHIP does. What it says to whom was taken from livekit-client 2.23 against LiveKit 1.11; the same
 * tests run against these where a LiveKit server is found. Tests control it through `window.livekitStub`.
 */

const named = (names) => Object.fromEntries(names.flatMap((name, index) => [[name, index], [index, name]]));
export const DisconnectReason = named([
  "UNKNOWN_REASON", "CLIENT_INITIATED", "DUPLICATE_IDENTITY", "SERVER_SHUTDOWN", "PARTICIPANT_REMOVED", "ROOM_DELETED",
]);
export const ConnectionErrorReason = named([
  "NotAllowed", "ServerUnreachable", "InternalError", "Cancelled", "LeaveRequest", "Timeout", "WebSocket",
]);
export const RoomEvent = Object.fromEntries(
  [
    "SignalConnected", "ParticipantConnected", "TrackPublished", "TrackUnpublished", "TrackSubscribed",
    "TrackUnsubscribed", "Disconnected",
  ].map((name) => [name, name]),
);
const SIZES = [[160, 90], [320, 180], [640, 360]]; // by VideoQuality: low, medium, high

export const setLogLevel = () => null;
export const isBrowserSupported = () => Boolean(globalThis.RTCPeerConnection);

/** The one publisher of the one room. */
class Camera {
  frozen = false;
  #canvas = document.createElement("canvas");
  #count = 0;

  constructor(size = SIZES[2]) {
    this.size(size);
    setInterval(() => this.#draw(), 40);
  }

  size([width, height]) {
    Object.assign(this.#canvas, { width, height });
  }

  track() {
    return this.#canvas.captureStream(25).getVideoTracks()[0];
  }

  #draw() {
    if (this.frozen) return;
    const context = this.#canvas.getContext("2d");
    context.fillStyle = `hsl(${(this.#count += 7) % 360} 60% 50%)`;
    context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
  }
}

class Microphone {
  #tone = null;

  track() {
    this.#tone ??= this.#begin();
    return this.#tone.stream.getAudioTracks()[0].clone();
  }

  #begin() {
    const context = new AudioContext();
    const [oscillator, out] = [context.createOscillator(), context.createMediaStreamDestination()];
    oscillator.connect(out);
    oscillator.start();
    return out;
  }
}

class Track {
  receiver = { getStats: async () => new Map([["in", { type: "inbound-rtp", kind: "video", framesDecoded: 1 }]]) };
  #seen = new Map(); // video → observer

  constructor(media, publication) {
    this.mediaStreamTrack = media;
    this.publication = publication;
  }

  attach(video) {
    video.srcObject = new MediaStream([this.mediaStreamTrack]);
    video.play().catch(() => null);
    const seen = new IntersectionObserver(([{ isIntersecting }]) => (this.publication.isEnabled = isIntersecting));
    seen.observe(video);
    this.#seen.set(video, seen);
  }

  detach(video) {
    this.#seen.get(video)?.disconnect();
    if (!this.#seen.delete(video)) return;
    if (video.srcObject?.getTracks().includes(this.mediaStreamTrack)) video.srcObject = null;
  }

  stop() {
    this.mediaStreamTrack.stop();
  }
}

class Publication {
  trackName = "synthesized-camera";
  dimensions = { width: 640, height: 360 };
  isEnabled = true;
  track = null;
  #room;
  #source;

  constructor(room, { kind = "video", mid = "0", source = window.livekitStub.camera } = {}) {
    this.kind = kind;
    const simulcast = source === window.livekitStub.camera;
    this.trackInfo = { mid, simulcast, layers: simulcast ? SIZES.map(([width, height]) => ({ width, height })) : [{}] };
    this.#room = room;
    this.#source = source;
  }

  setSubscribed(wanted) {
    window.livekitStub.subscriptions.push(wanted);
    window.livekitStub.told.push(`${wanted ? "+" : "-"}${this.trackInfo.mid}`);
    setTimeout(() => (wanted ? this.#begin() : this.end()), 20);
  }

  setVideoQuality(quality) {
    if (!window.livekitStub.tracks) window.livekitStub.camera.size(SIZES[quality]);
  }

  end() {
    const track = this.track;
    this.track = null;
    if (!track) return;
    track.stop();
    this.#room.emit("TrackUnsubscribed", track, this);
  }

  #begin() {
    if (this.track || this.#room.state !== "connected" || !window.livekitStub.publishing) return;
    this.track = new Track(this.#source.track(), this);
    this.#room.emit("TrackSubscribed", this.track, this);
  }
}

export class Room {
  state = "disconnected";
  remoteParticipants = new Map();
  identity = null;
  #listeners = new Map();

  on(event, listener) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return this;
  }

  once(event, listener) {
    const first = (...words) => {
      this.#listeners.set(event, this.#listeners.get(event).filter((each) => each !== first));
      listener(...words);
    };
    return this.on(event, first);
  }

  emit(event, ...words) {
    for (const listener of this.#listeners.get(event) ?? []) listener(...words);
  }

  async connect(_url, token) {
    const stub = window.livekitStub;
    await new Promise((resolve) => setTimeout(resolve, 30));
    if (stub.dead) throw Object.assign(new Error(), { reason: ConnectionErrorReason.ServerUnreachable });
    if (token === "wrong") throw Object.assign(new Error(), { reason: ConnectionErrorReason.NotAllowed, status: 401 });
    for (const other of [...stub.rooms]) {
      if (other.identity === token) other.leave(DisconnectReason.DUPLICATE_IDENTITY);
    }
    this.identity = token;
    this.state = "connected";
    stub.rooms.add(this);
    this.emit("SignalConnected");
    if (stub.publishing) this.publisherCame();
  }

  publisherCame() {
    const tracks = window.livekitStub.tracks ?? [{}];
    const publications = tracks.map((each, index) => [`TR_${index}`, new Publication(this, each)]);
    const publisher = { identity: window.livekitStub.publisher, trackPublications: new Map(publications) };
    this.remoteParticipants.set(publisher.identity, publisher);
    this.emit("ParticipantConnected", publisher);
  }

  trackCame(track, index) {
    const publication = new Publication(this, track);
    for (const { trackPublications } of this.remoteParticipants.values()) {
      trackPublications.set(`TR_${index}`, publication);
    }
    this.emit("TrackPublished", publication);
  }

  publisherLeft() {
    for (const { trackPublications } of this.remoteParticipants.values()) {
      for (const publication of trackPublications.values()) publication.end();
    }
    this.remoteParticipants.clear();
    this.emit("TrackUnpublished");
  }

  leave(reason) {
    if (this.state !== "connected") return;
    this.state = "disconnected";
    window.livekitStub.rooms.delete(this);
    this.publisherLeft();
    this.emit("Disconnected", reason);
  }

  async disconnect() {
    this.leave(DisconnectReason.CLIENT_INITIATED);
  }
}

const KINDS = {
  high: (index) => ({ mid: `video${index}`, source: new Camera(SIZES[2]) }),
  low: (index) => ({ mid: `video${index}`, source: new Camera(SIZES[0]) }),
  audio: (index) => ({ kind: "audio", mid: `audio${index}`, source: new Microphone() }),
};

window.livekitStub = {
  camera: new Camera(),
  publisher: "",
  publishing: true,
  dead: false,
  rooms: new Set(),
  subscriptions: [],
  told: [], // "+video1": asked for, "-video1": given up
  tracks: null,
  removeAll(reason) {
    for (const room of [...this.rooms]) room.leave(DisconnectReason[reason]);
  },
  publishTracks(names) {
    this.publish(false);
    this.tracks = names.map((name, index) => KINDS[name](index));
    this.publish(true);
  },
  addTrack(name) {
    const index = this.tracks.push(KINDS[name](this.tracks.length)) - 1;
    for (const room of this.rooms) room.trackCame(this.tracks[index], index);
  },
  publish(on) {
    this.publishing = on;
    for (const room of this.rooms) on ? room.publisherCame() : room.publisherLeft();
  },
};
