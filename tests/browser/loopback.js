/**
 * Before a page's scripts: our API and its socket answered in the page, Janus' part by a real RTCPeerConnection with a
 * canvas, so that a player has real connections to leave open. `window.loopback.open()`: how many are not closed.
 */
(() => {
  const made = [];
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...words) {
      super(...words);
      made.push(new WeakRef(this));
    }
  };
  const alive = () => made.map((each) => each.deref()).filter((each) => each && each.connectionState !== "closed");

  const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 90 });
  let hue = 0;
  setInterval(() => {
    const context = canvas.getContext("2d");
    context.fillStyle = `hsl(${(hue += 9) % 360} 60% 50%)`;
    context.fillRect(0, 0, 160, 90);
  }, 50);
  const track = canvas.captureStream(20).getVideoTracks()[0];

  const senders = new Map(); // reservation → the other end
  let count = 0;
  const reservation = (id) => ({
    reservation_id: id, reservation_state: "ACTIVE", camera_id: "cam", state: "LIVE", generation: 1, sfu: "janus",
    transport: "webrtc", quality: "low", layers: ["high"], room_name: "camera_cam", ice_servers: [], hls_url: null,
    reason: null, heartbeat_interval: 15, watermark: "Somebody",
  });
  const gathered = (peer) => new Promise((resolve) => {
    const look = () => {
      if (peer.iceGatheringState !== "complete") return;
      peer.onicegatheringstatechange = null;
      resolve();
    };
    peer.onicegatheringstatechange = look;
    look();
  });
  async function offer(id) {
    senders.get(id)?.close();
    const peer = new Real();
    senders.set(id, peer);
    peer.addTrack(track);
    await peer.setLocalDescription(await peer.createOffer());
    await gathered(peer);
    return { type: "offer", sdp: peer.localDescription.sdp, tracks: { 0: "high" } };
  }
  async function answered(method, path, body) {
    const id = path.split("/")[3];
    if (path === "/stream/reserve") return [201, reservation(`lease-${(count += 1)}`)];
    if (path.endsWith("/offer")) return [200, await offer(id)];
    if (path.endsWith("/answer")) {
      await senders.get(id).setRemoteDescription({ type: "answer", sdp: body.sdp });
      return [204];
    }
    if (method === "DELETE") {
      senders.get(id)?.close();
      senders.delete(id);
      window.loopback.released += 1;
      return [204];
    }
    if (path.startsWith("/stream/heartbeat/")) return [200, { state: "LIVE", expires_at: null }];
    if (path.startsWith("/stream/reservations/")) return [200, reservation(id)];
    if (path.endsWith("/poster")) return [200, new Blob([window.loopback.poster], { type: "image/svg+xml" })];
    return [404, { code: "not_found" }];
  }
  window.fetch = async (url, { method = "GET", body } = {}) => {
    const [status, said] = await answered(method, String(url).replace("/api/v1", ""), body && JSON.parse(body));
    const type = said instanceof Blob ? said.type : "application/json";
    return new Response(said instanceof Blob ? said : said && JSON.stringify(said), { status, headers: { "Content-Type": type } });
  };
  window.WebSocket = class extends EventTarget {
    static OPEN = 1;
    readyState = 0;
    constructor() {
      super();
      setTimeout(() => {
        if (this.readyState === 0) {
          this.readyState = 1;
          this.onopen?.();
        }
      });
    }
    close() {
      this.readyState = 3;
    }
  };
  window.loopback = {
    released: 0,
    poster: '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="9"/>',
    open: () => alive().length,
  };
})();
