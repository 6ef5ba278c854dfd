/**
 * The plainest ways of a clocked picture into this browser, for the bench: from a canvas of the same page, and from a
 * WHIP publisher whose offer is answered here. Both show it in the page's one video.
 */
(() => {
  const ROWS = 2;
  const COLUMNS = 40;
  const CAMERA = "bench-reference";
  const gathered = (peer) => new Promise((resolve) => {
    if (peer.iceGatheringState === "complete") return resolve();
    peer.addEventListener("icegatheringstatechange", () => peer.iceGatheringState === "complete" && resolve());
    return undefined;
  });
  const connected = (peer) => new Promise((resolve, reject) => {
    peer.addEventListener("connectionstatechange", () => {
      if (peer.connectionState === "connected") resolve();
      if (peer.connectionState === "failed") reject(new Error("connection failed"));
    });
  });

  function video() {
    const found = document.querySelector("video") ?? document.body.appendChild(document.createElement("video"));
    Object.assign(found, { muted: true, autoplay: true, playsInline: true });
    return found;
  }

  /** The strip of deploy/demo/clock_strip.py: 80 bits, white is 1. */
  function bits(ms, camera, crc16) {
    const body = (0b1010n << 60n) | (BigInt(ms) << 16n) | BigInt(camera);
    const bytes = Array.from({ length: 8 }, (_, index) => Number((body >> BigInt(8 * (7 - index))) & 0xffn));
    return ((body << 16n) | BigInt(crc16(bytes))).toString(2).padStart(80, "0");
  }

  /** Draws a moving picture with the time in it, `fps` times a second. */
  async function draw(canvas, fps, strip) {
    const { crc16, cameraNumber } = await import(strip);
    const picture = canvas.getContext("2d", { alpha: false });
    const block = canvas.width / COLUMNS;
    const number = cameraNumber(CAMERA);
    picture.fillStyle = "#1e3d1e";
    picture.fillRect(0, 0, canvas.width, canvas.height);
    setInterval(() => {
      const ms = Date.now();
      const line = (ms % 4000) / 4000 * canvas.height * 0.7 + canvas.height * 0.2;
      picture.fillStyle = "#1e3d1e";
      picture.fillRect(0, block * ROWS, canvas.width, canvas.height);
      picture.fillStyle = "#b4b4b4";
      picture.fillRect(0, line, canvas.width, canvas.height / 36);
      [...bits(ms, number, crc16)].forEach((bit, index) => {
        picture.fillStyle = bit === "1" ? "#ffffff" : "#000000";
        picture.fillRect((index % COLUMNS) * block, Math.floor(index / COLUMNS) * block, block, block);
      });
    }, 1000 / fps);
  }

  function prefer(transceiver, mimeType) {
    const { codecs } = RTCRtpSender.getCapabilities("video");
    const first = codecs.filter((codec) => codec.mimeType.toLowerCase() === mimeType.toLowerCase());
    if (first.length) transceiver.setCodecPreferences([...first, ...codecs.filter((codec) => !first.includes(codec))]);
  }

  /** The page to itself: canvas, encoder, two peers, decoder. Tells the codec that was sent. */
  async function toItself({ width, height, fps, kbps, strip }) {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    await draw(canvas, fps, strip);
    const [from, to] = [new RTCPeerConnection(), new RTCPeerConnection()];
    from.addEventListener("icecandidate", ({ candidate }) => candidate && to.addIceCandidate(candidate));
    to.addEventListener("icecandidate", ({ candidate }) => candidate && from.addIceCandidate(candidate));
    to.addEventListener("track", ({ track }) => { video().srcObject = new MediaStream([track]); });
    const [track] = canvas.captureStream(fps).getTracks();
    const transceiver = from.addTransceiver(track, {
      direction: "sendonly", sendEncodings: [{ maxBitrate: kbps * 1000, maxFramerate: fps }],
    });
    prefer(transceiver, "video/H264");
    const ready = connected(to);
    await from.setLocalDescription();
    await to.setRemoteDescription(from.localDescription);
    await to.setLocalDescription();
    await from.setRemoteDescription(to.localDescription);
    await ready;
    const parameters = transceiver.sender.getParameters();
    parameters.degradationPreference = "maintain-resolution";
    await transceiver.sender.setParameters(parameters);
    return parameters.codecs[0].mimeType;
  }

  /** The answer to a publisher's offer, complete with candidates. */
  async function answer(sdp) {
    const peer = new RTCPeerConnection();
    window.referencePeer = peer; // or it would be collected
    peer.addEventListener("track", ({ track }) => { video().srcObject = new MediaStream([track]); });
    await peer.setRemoteDescription({ type: "offer", sdp });
    await peer.setLocalDescription();
    await gathered(peer);
    return peer.localDescription.sdp;
  }

  window.reference = { toItself, answer, CAMERA };
})();
