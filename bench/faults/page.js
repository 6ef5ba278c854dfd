/**
 * Runs in each page before its own scripts: notes when a picture that moves was on the screen, and of which camera.
 *
 * `faults.since(ms)`: [[when shown, number of the camera, when made], …], epoch milliseconds. `faults.player()`: what it says.
 */
(() => {
  const EVERY_MS = 150;
  const WIDTH = 640;
  const HEIGHT = 32; // the strip is the upper part of a picture that would be 640×360
  const seen = [];
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  const picture = canvas.getContext("2d", { willReadFrequently: true });
  let made = 0;
  let lookedAt = 0;

  function look(video, readStrip) {
    const { videoWidth: width, videoHeight: height } = video;
    if (!width) return;
    picture.drawImage(video, 0, 0, width, (height * HEIGHT) / 360, 0, 0, WIDTH, HEIGHT);
    const { ms, camera, ok } = readStrip(picture.getImageData(0, 0, WIDTH, HEIGHT), 360);
    if (!ok || ms <= made) return; // what was played before is no news, though it moves
    made = ms;
    seen.push([Date.now(), camera, ms]);
  }

  function follow(video, readStrip) {
    const onFrame = (now) => {
      video.requestVideoFrameCallback(onFrame);
      if (now - lookedAt < EVERY_MS) return;
      lookedAt = now;
      look(video, readStrip);
    };
    video.requestVideoFrameCallback(onFrame);
  }

  const waiting = setInterval(async () => {
    const video = document.querySelector("camera-player")?.video;
    if (!video) return;
    clearInterval(waiting);
    const { readStrip } = await import("/static/js/clock-strip.js");
    follow(video, readStrip);
  }, 50);

  window.faults = {
    since: (ms) => seen.filter(([at]) => at >= ms),
    player() {
      const { state = "absent", code = null, transport = null } = document.querySelector("camera-player")?.status ?? {};
      return { state, code, transport };
    },
  };
})();
