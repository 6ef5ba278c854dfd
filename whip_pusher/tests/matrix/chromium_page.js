/** Several viewers in one page: each answers a pusher's offer, shows what comes and counts the frames that were drawn. */
(() => {
  const viewers = new Map();
  const gathered = (peer) => new Promise((resolve) => {
    if (peer.iceGatheringState === "complete") return resolve();
    peer.addEventListener("icegatheringstatechange", () => peer.iceGatheringState === "complete" && resolve());
    return undefined;
  });

  function show(viewer, track) {
    const element = document.body.appendChild(document.createElement(track.kind));
    Object.assign(element, { autoplay: true, playsInline: true, srcObject: new MediaStream([track]) });
    if (track.kind === "audio") return;
    const frame = (_now, { width, height }) => {
      Object.assign(viewer, { width, height, drawn: viewer.drawn + 1 });
      element.requestVideoFrameCallback(frame);
    };
    element.requestVideoFrameCallback(frame);
  }

  async function answer(name, sdp) {
    const peer = new RTCPeerConnection();
    const viewer = { peer, drawn: 0, width: 0, height: 0 };
    viewers.set(name, viewer);
    peer.addEventListener("track", ({ track }) => show(viewer, track));
    await peer.setRemoteDescription({ type: "offer", sdp });
    await peer.setLocalDescription();
    await gathered(peer);
    return peer.localDescription.sdp;
  }

  /** Frames drawn and decoded, their size, and of sound the codec and how much of it was not silence. */
  async function seen(name) {
    const { peer, drawn, width, height } = viewers.get(name) ?? {};
    const found = { drawn: drawn ?? 0, decoded: 0, width, height, codecs: {}, energy: 0 };
    if (!peer) return found;
    const stats = await peer.getStats();
    for (const report of stats.values()) {
      if (report.type !== "inbound-rtp") continue;
      found.codecs[report.kind] = stats.get(report.codecId)?.mimeType;
      if (report.kind === "video") found.decoded = report.framesDecoded;
      else found.energy = report.totalAudioEnergy;
    }
    return found;
  }

  window.matrix = { answer, seen };
})();
