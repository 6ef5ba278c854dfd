/**
 * Runs in each page before its own scripts: notes when each step of a player's start happens, and takes the player out
 * of a camera's page before it starts, so that the bench can put one in at a moment of its choosing.
 */
(() => {
  const LATE_MS = 30_000;
  const marks = [];
  const mark = (name) => marks.push([name, performance.now()]);

  const STEPS = [["/stream/reserve", "reserve"], ["/offer", "offer"], ["/answer", "answer"]];
  const { fetch } = window;
  window.fetch = async (...args) => {
    const response = await fetch(...args);
    const step = STEPS.find(([end]) => new URL(response.url).pathname.endsWith(end));
    if (step) mark(step[1]);
    return response;
  };

  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      this.addEventListener("message", ({ data }) => {
        if (typeof data !== "string") return; // LiveKit's own
        const { type, state } = JSON.parse(data);
        if (type === "reservation" && state === "LIVE") mark("live");
      });
    }
  };

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      this.addEventListener("connectionstatechange", () => this.connectionState === "connected" && mark("connected"));
    }
  };

  new MutationObserver((_, observer) => {
    const player = document.querySelector("camera-player");
    if (!player) return;
    player.remove();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });

  const live = (player) => new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`${player.state} after ${LATE_MS} ms: ${player.status.code}`)), LATE_MS);
    player.addEventListener("player-state", ({ detail }) => {
      if (detail.state === "live") resolve(detail.transport);
      if (["offline", "refused", "ended", "snapshot"].includes(detail.state)) reject(new Error(detail.code));
    });
  });

  /** Puts a player in and tells when its first frame showed: milliseconds from that moment, and of each step. */
  async function play(cameraId) {
    marks.length = 0;
    const player = document.createElement("camera-player");
    player.setAttribute("camera-id", cameraId);
    const playing = live(player);
    const began = performance.now();
    const epoch = Date.now();
    document.querySelector(".camera").prepend(player);
    const first = new Promise((resolve) => player.video.requestVideoFrameCallback(() => resolve(performance.now())));
    const [transport, frame] = await Promise.all([playing, first]);
    const steps = Object.fromEntries([...marks].reverse().map(([name, at]) => [name, at - began]));
    return { transport, epoch, steps, frame: frame - began };
  }

  /** Reads the clock out of every n-th frame for so many seconds: the player's, or the page's one video of `camera`. */
  async function watchClock({ seconds, every, strip, camera: named }) {
    const { readStrip, cameraNumber } = await import(strip);
    const player = document.querySelector("camera-player");
    const video = player?.video ?? document.querySelector("video");
    const number = cameraNumber(named ?? player.getAttribute("camera-id"));
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 32 });
    const picture = canvas.getContext("2d", { willReadFrequently: true });
    const found = { frames: 0, unread: 0, drawn: [], submitted: [] };
    const end = performance.now() + seconds * 1000;
    return new Promise((resolve) => {
      function onFrame(_, { expectedDisplayTime, presentationTime }) {
        const epoch = Date.now();
        const now = performance.now();
        if (now >= end) return resolve(found);
        video.requestVideoFrameCallback(onFrame);
        found.frames += 1;
        if (found.frames % every) return undefined;
        const { videoWidth: width, videoHeight: height } = video;
        picture.drawImage(video, 0, 0, width, (height * 32) / 360, 0, 0, 640, 32);
        const { ms, camera, ok } = readStrip(picture.getImageData(0, 0, 640, 32), 360);
        if (!ok || camera !== number) {
          found.unread += 1;
          return undefined;
        }
        found.submitted.push(epoch + presentationTime - now - ms);
        found.drawn.push(epoch + Math.max(0, expectedDisplayTime - now) - ms);
        return undefined;
      }
      video.requestVideoFrameCallback(onFrame);
    });
  }

  /** Asks for another quality: milliseconds until a frame so wide shows, and the longest wait for any frame meanwhile. */
  async function changeOver({ quality, width: wanted }) {
    const player = document.querySelector("camera-player");
    const began = performance.now();
    let [last, longest, shown] = [began, 0, null];
    player.setAttribute("quality", quality);
    return new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`no ${quality} picture after ${LATE_MS} ms`)), LATE_MS);
      function watch(video) {
        video.requestVideoFrameCallback((now, { width }) => {
          if (video !== shown) return undefined;
          [longest, last] = [Math.max(longest, now - last), now];
          return width === wanted ? resolve({ after: now - began, longest }) : watch(video);
        });
      }
      (function look() {
        // The player may put another element in the old one's place.
        if (player.video !== shown) watch((shown = player.video));
        requestAnimationFrame(look);
      })();
    });
  }

  const leave = () => document.querySelector("camera-player")?.remove();
  window.bench = { play, leave, watchClock, changeOver };
})();
