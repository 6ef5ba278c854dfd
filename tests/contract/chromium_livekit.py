"""A viewer in headless Chromium on livekit-client: `python chromium_livekit.py PAGE_URL LIVEKIT_URL`.

Its token is TOKEN of the environment; the page serves livekit.mjs beside itself. Prints {"frames": n} for decoded
frames, and {"event": …} when it joined, was refused, or was disconnected.
"""

from __future__ import annotations

import json
import os
import sys
import time

from playwright.sync_api import sync_playwright

from tests.contract.chromium_peer import FLAGS

JOIN = """
async ([url, token]) => {
  const { Room, RoomEvent } = await import("/livekit.mjs");
  window.said = [];
  window.track = null;
  const room = new Room();
  room.on(RoomEvent.TrackSubscribed, (track) => {
    window.track = track;
    track.attach(document.querySelector("video"));
  });
  room.on(RoomEvent.TrackUnsubscribed, () => (window.track = null));
  room.on(RoomEvent.Disconnected, (why) => window.said.push({ event: "disconnected", why }));
  try {
    await room.connect(url, token);
    window.said.push({ event: "joined" });
  } catch (error) {
    window.said.push({ event: "refused", why: String(error) });
  }
}
"""
FRAMES = """async () => {
  let frames = window.last ?? 0;
  const reports = window.track ? await window.track.getRTCStatsReport() : undefined;
  for (const report of reports?.values() ?? [])
    if (report.type === "inbound-rtp" && report.kind === "video") frames = report.framesDecoded ?? 0;
  window.last = frames;
  return [frames, window.said.splice(0)];
}"""


def main(page_url: str, livekit_url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page()
        page.goto(page_url)
        page.evaluate(JOIN, [livekit_url, os.environ["TOKEN"]])
        while True:
            frames, said = page.evaluate(FRAMES)
            for words in [*said, {"frames": frames}]:
                print(json.dumps(words), flush=True)
            time.sleep(0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
