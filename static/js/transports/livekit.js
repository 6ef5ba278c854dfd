/** WebRTC where the SFU is LiveKit, by livekit-client. Contract: see janus.js. */
import { abortOf } from "../signals.js";
import { LayerView } from "./layer-view.js";
import { Peer, failure } from "./livekit-peer.js";

const peers = new Map(); // reservation id → Peer

async function library() {
  const livekit = await import("../../vendor/livekit.mjs");
  livekit.setLogLevel("error");
  if (!livekit.isBrowserSupported()) throw failure("webrtc_unsupported");
  return livekit;
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

/** What the player is given (see janus.js). */
function mediaOf(peer, user, id) {
  return {
    close: ({ broken = false } = {}) => leave(peer, user, id, broken),
    stats: () => peer.stats(user.view.shown),
    resubscribe: (until) => peer.resubscribe(user.view.shown, until),
    get idle() {
      return peer.resting(user.view.shown);
    },
    get layers() {
      return user.view.needed;
    },
    get layer() {
      return user.view.shown;
    },
    get simulcast() {
      return peer.simulcast(user.view.shown);
    },
    get hasSound() {
      return peer.hasSound;
    },
    get sound() {
      return peer.sound;
    },
    set listening(on) {
      user.listening = on;
      peer.choose();
    },
    set quality(wanted) {
      user.quality = wanted;
      user.view.quality = wanted;
      peer.choose();
    },
  };
}

export async function connect({ video, reservation, quality = "auto", signal, lost, changed = () => null }) {
  if (!reservation.livekit_url || !reservation.livekit_token) throw failure("stream_not_live");
  const livekit = await library();
  signal.throwIfAborted();
  const peer = peerFor(livekit, reservation);
  const user = { quality, lost, listening: false, changed: () => changed(media) };
  const media = mediaOf(peer, user, reservation.reservation_id);
  const needed = () => {
    peer.choose();
    user.changed();
  };
  user.view = new LayerView({ video, source: peer, quality, changed: needed });
  peer.add(user);
  user.view.start();
  try {
    await Promise.race([peer.ready, abortOf(signal)]);
  } catch (error) {
    media.close();
    throw error;
  }
  return media;
}
