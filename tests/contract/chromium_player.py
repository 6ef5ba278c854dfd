"""A <camera-player> in headless Chromium, asked for one quality after another: `chromium_player.py URL low high …`.

Prints {"live": ms}, and for each further quality {"quality", "ms", "dark", "gap_ms"}: how long until the other picture
was to be seen, how many looks (one per screen refresh) found no picture or a black one meanwhile, and the longest time
between two frames of whatever was to be seen. What did not change in 9 s has `ms` null. At the end {"sound", "done"}.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from playwright.sync_api import sync_playwright

from tests.contract.chromium_peer import FLAGS

PLAY = """async (quality) => {
  await import("/static/js/camera-player.js");
  const player = document.createElement("camera-player");
  for (const [name, value] of Object.entries({ "camera-id": "cam", transport: "webrtc", quality }))
    player.setAttribute(name, value);
  Object.assign(player.style, { inlineSize: "640px", blockSize: "360px" });
  const began = performance.now();
  document.body.replaceChildren(player);
  while (player.state !== "live") await new Promise((go) => setTimeout(go, 10));
  return { live: Math.round(performance.now() - began) };
}"""
LOOK = """
const player = document.querySelector("camera-player");
const canvas = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
const context = canvas.getContext("2d", { willReadFrequently: true });
// What lies on top: a copy of the last frame, the next layer's video, else the player's own.
const seen = () => {
  const frozen = player.querySelector("canvas:not([hidden])");
  const over = [...player.querySelectorAll("video")].find((each) => each.style.zIndex === "1");
  return frozen ?? over ?? player.video;
};
const dark = (shown) => {
  if (shown instanceof HTMLVideoElement && shown.readyState < 2) return true;
  context.fillRect(0, 0, 8, 8);
  context.drawImage(shown, 0, 0, 8, 8);
  return context.getImageData(0, 0, 8, 8).data.filter((_, i) => i % 4 < 3).every((value) => value < 8);
};
const width = () => seen().videoWidth ?? seen().width;
const stamp = () => seen().getVideoPlaybackQuality?.().totalVideoFrames;
"""
CHANGE = f"""async (quality) => {{ {LOOK}
  const before = width();
  const began = performance.now();
  let [darks, gap, last, frame, changedAt] = [0, 0, began, stamp(), null];
  player.setAttribute("quality", quality);
  for (;;) {{
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    if (dark(seen())) darks += 1;
    if (stamp() !== frame) [frame, last] = [stamp(), now];
    gap = Math.max(gap, now - last);
    if (changedAt === null && width() !== before) changedAt = now;
    if (changedAt !== null ? now - changedAt > 1500 : now - began > 9000) break;
  }}
  const ms = changedAt === null ? null : Math.round(changedAt - began);
  return {{ quality, ms, dark: darks, gap_ms: Math.round(gap), width: width(), state: player.state,
            videos: player.querySelectorAll("video").length }};
}}"""
SOUND = """async () => {
  const player = document.querySelector("camera-player");
  const button = player.querySelector(".cp-sound");
  if (button.hidden) return { sound: null };
  const pressed = [button.getAttribute("aria-pressed")];
  button.click();
  const audio = player.querySelector("audio");
  const until = performance.now() + 3000;
  while (!(audio.currentTime > 0.2) && performance.now() < until) await new Promise((go) => setTimeout(go, 20));
  pressed.push(button.getAttribute("aria-pressed"));
  return { sound: audio.currentTime > 0.2, pressed, muted: player.video.muted };
}"""


def main(url: str, first: str, *then: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1000, "height": 700})
        page.on("pageerror", lambda error: say(complaint=str(error)))
        page.goto(url)
        say(**page.evaluate(PLAY, first))
        for quality in then:
            time.sleep(1.0)
            say(**page.evaluate(CHANGE, quality))
        say(**page.evaluate(SOUND), done=True)
        browser.close()


def say(**words: Any) -> None:
    print(json.dumps(words), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
