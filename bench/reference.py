"""What the glass to glass figures are to be compared with: Chromium on the plainest paths that can be had here.

Same clock, same strip in the picture, same reader as bench/glass.py. To itself: a canvas of a page, Chromium's own
encoder, two peers of the page: no camera, no RTSP, no pusher, no SFU. From the pusher: the demo's camera, RTSP, the
pusher, and its offer answered by the page: no SFU and no player of ours. What a plane's row has above that is the SFU's
and the player's.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, sync_playwright

from bench.browser import CHROMIUM, FLAGS, PAGE
from bench.cameras import H264_720, H264_1080
from bench.figures import Row
from bench.glass import EVERY, SETTLE_MS, row_of
from bench.pusher.door import Door, Gone
from bench.pusher.rig import DEMO_CAMERAS, Cameras, Rig, rig
from deploy.local.layout import REPO

SCRIPT = Path(__file__).with_name("reference.js")
# Nothing listens there: the browser gets its files from us.
SITE = "http://bench.localhost"
STRIP = f"{SITE}/static/js/clock-strip.js"
SIZES = {"720p25": (1280, 720, 1500, H264_720), "1080p25": (1920, 1080, 3000, H264_1080)}
ANSWER_SECONDS = 15.0
OWN_FLAGS = ["--disable-features=WebRtcHideLocalIpsWithMdns"]  # the pusher's ICE knows no .local names


def reference(*, seconds: float) -> Iterator[Row]:
    with rig() as bench, _browser() as pages:
        for words, (width, height, kbps, _) in SIZES.items():
            with pages() as page:
                how = {"width": width, "height": height, "fps": 25, "kbps": kbps, "strip": STRIP}
                codec = page.evaluate("(how) => reference.toItself(how)", how)
                note = f"canvas, {codec.removeprefix('video/')} of Chromium's own encoder, two peers of one page"
                found = _watched(page, "bench-reference", seconds)
            yield row_of(f"reference: Chromium to itself, {words}", found, seconds, judged=False, note=note)
        cameras = bench.cameras(*DEMO_CAMERAS)
        for words, (*_, mount) in SIZES.items():
            with pages() as page, _publishing(bench, cameras, mount, page):
                found = _watched(page, mount, seconds)
            note = "camera, pusher, page: no SFU, no player of ours"
            yield row_of(f"reference: pusher straight to Chromium, {words}", found, seconds, judged=False, note=note)


@contextmanager
def _browser() -> Iterator[Any]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *OWN_FLAGS])

        @contextmanager
        def pages() -> Iterator[Page]:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.add_init_script(path=PAGE)
            page.add_init_script(path=SCRIPT)
            page.route(f"{SITE}/**", _serve)
            page.goto(f"{SITE}/")
            try:
                yield page
            finally:
                page.close()

        try:
            yield pages
        finally:
            browser.close()


def _serve(route: Route) -> None:
    path = route.request.url.removeprefix(SITE).lstrip("/")
    if path:
        route.fulfill(path=REPO / path, content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><body></body>", content_type="text/html")


@contextmanager
def _publishing(bench: Rig, cameras: Cameras, mount: str, page: Page) -> Iterator[None]:
    """A pusher publishes that camera into the page. Playwright's calls must come from this thread, not the door's."""
    offers, answers = queue.Queue[str](), queue.Queue[str]()

    def take(_name: str, offer: str) -> str:
        offers.put(offer)
        try:
            return answers.get(timeout=ANSWER_SECONDS)
        except queue.Empty as error:
            raise Gone from error

    door = Door(take, lambda _name: None)
    pusher = bench.pusher(mount, cameras.url(mount), door.url(mount), NEGOTIATION_TIMEOUT="30")
    try:
        answers.put(page.evaluate("(sdp) => reference.answer(sdp)", offers.get(timeout=ANSWER_SECONDS)))
        pusher.wait_for("playing", ANSWER_SECONDS)
        yield
    finally:
        pusher.terminate()
        door.close()


def _watched(page: Page, camera_id: str, seconds: float) -> dict[str, Any]:
    page.wait_for_function("document.querySelector('video')?.videoWidth > 0")
    page.wait_for_timeout(SETTLE_MS)
    how = {"seconds": seconds, "every": EVERY, "strip": STRIP, "camera": camera_id}
    found: dict[str, Any] = page.evaluate("(how) => bench.watchClock(how)", how)
    return found
