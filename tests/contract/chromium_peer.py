"""A viewer in headless Chromium: `python chromium_peer.py DOOR_URL CAMERA_ID/RESERVATION_ID`.

Prints {"frames": n} for decoded frames, and once {"first_frame_ms", "offer_ms", "answer_ms", "candidates"}: counted
from the moment it asks for the offer.
"""

from __future__ import annotations

import json
import sys
import time

from playwright.sync_api import sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip

JOIN = """
async (who) => {
  const began = performance.now();
  const send = async (verb, body) =>
    (await fetch(`/${verb}/${who}`, { method: "POST", body, headers: { "Content-Type": "application/sdp" } })).text();
  const peer = new RTCPeerConnection();
  const video = document.querySelector("video");
  window.peer = peer;
  window.told = {};
  peer.ontrack = (event) => {
    event.receiver.jitterBufferTarget = 0;
    video.srcObject = event.streams[0] ?? new MediaStream([event.track]);
  };
  video.requestVideoFrameCallback(() => {
    window.told = { ...window.told, first_frame_ms: Math.round(performance.now() - began) };
  });
  await peer.setRemoteDescription({ type: "offer", sdp: await send("offer", "") });
  const offer_ms = Math.round(performance.now() - began);
  await peer.setLocalDescription(await peer.createAnswer());
  while (peer.iceGatheringState !== "complete") await new Promise((go) => setTimeout(go, 5));
  const gathered_ms = Math.round(performance.now() - began);
  await send("answer", peer.localDescription.sdp);
  const candidates = peer.localDescription.sdp.split("\\r\\n").filter((line) => line.startsWith("a=candidate"));
  const answer_ms = Math.round(performance.now() - began);
  window.told = { ...window.told, offer_ms, gathered_ms, answer_ms, candidates };
}
"""
FRAMES = """async () => {
  for (const report of (await window.peer.getStats()).values())
    if (report.type === "inbound-rtp" && report.kind === "video") return report.framesDecoded ?? 0;
  return 0;
}"""


def main(door: str, who: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page()
        page.goto(door)
        page.evaluate(JOIN, who)
        told = False
        while True:
            print(json.dumps({"frames": page.evaluate(FRAMES)}), flush=True)
            words = page.evaluate("() => window.told")
            if not told and "first_frame_ms" in words and "answer_ms" in words:
                told = True
                print(json.dumps(words), flush=True)
            time.sleep(0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
