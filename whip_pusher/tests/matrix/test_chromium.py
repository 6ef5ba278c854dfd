"""The picture cases that matter, in the viewer that matters: one page of headless Chromium, all of them at once."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from bench.browser import CHROMIUM, FLAGS
from bench.pusher.door import Door, Gone
from bench.pusher.rig import OWN_ADDRESS
from whip_pusher.tests.conftest import KEY
from whip_pusher.tests.programs import Program, pusher

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("chromium_page.js")
OWN_FLAGS = ["--disable-features=WebRtcHideLocalIpsWithMdns"]  # the pusher's ICE knows no .local names
DEADLINE, ENOUGH_FRAMES = 60.0, 20
# All of them start at once, on whatever machine this is.
PATIENT = {"CONNECT_TIMEOUT": "30", "FIRST_PACKET_TIMEOUT": "40", "NEGOTIATION_TIMEOUT": "40", "PACKET_TIMEOUT": "20"}


@dataclass(frozen=True)
class Case:
    mount: str
    mode: str
    sound: str = ""
    settings: dict[str, str] = field(default_factory=dict)


CASES = (
    Case("baseline", "passthrough"),
    Case("main", "passthrough"),
    Case("high", "passthrough"),
    Case("high-b-frames", "transcode"),
    Case("h265", "transcode"),
    Case("mjpeg", "transcode"),
    Case("gop-10s", "passthrough", settings={"MAX_GOP_SECONDS": "20"}),
    Case("sound-pcma", "passthrough", "audio/PCMA", {"AUDIO": "on"}),
    Case("sound-aac", "passthrough", "audio/opus", {"AUDIO": "on"}),
    Case("sound-opus", "passthrough", "audio/opus", {"AUDIO": "on"}),
)


class Viewers:
    """One page; Playwright's calls must come from this thread, and the door asks from others."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._offers = queue.Queue[tuple[str, str, queue.Queue[str]]]()
        self.door = Door(self._take, lambda _name: None)

    def _take(self, name: str, offer: str) -> str:
        answer = queue.Queue[str]()
        self._offers.put((name, offer, answer))
        try:
            return answer.get(timeout=30)
        except queue.Empty as error:
            raise Gone from error

    def look(self, name: str) -> dict[str, Any]:
        """What has come of it so far; whoever waits for an answer gets one first."""
        while not self._offers.empty():
            session, offer, answer = self._offers.get()
            answer.put(self._page.evaluate("([name, sdp]) => matrix.answer(name, sdp)", [session, offer]))
        found: dict[str, Any] = self._page.evaluate("(name) => matrix.seen(name)", name)
        return found


@pytest.fixture
def viewers() -> Iterator[Viewers]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *OWN_FLAGS])
        page = browser.new_page()
        page.add_init_script(path=SCRIPT)
        page.route("**", lambda route: route.fulfill(body="<!doctype html><body></body>", content_type="text/html"))
        page.goto("http://matrix.localhost/")
        made = Viewers(page)
        yield made
        made.door.close()
        browser.close()


@pytest.fixture
def pushers(viewers: Viewers, odd_url: str) -> Iterator[dict[str, Program]]:
    extra = {**PATIENT, "ICE_ADDRESSES": OWN_ADDRESS}
    started = {
        case.mount: pusher(f"{odd_url}/{case.mount}", viewers.door.url(case.mount), KEY, **extra, **case.settings)
        for case in CASES
    }
    yield started
    for program in started.values():
        program.stop()


def complete(case: Case, seen: dict[str, Any]) -> bool:
    return bool(seen["drawn"] >= ENOUGH_FRAMES and (not case.sound or seen["energy"] > 0))


def test_chromium_shows_and_plays_what_cameras_send(viewers: Viewers, pushers: dict[str, Program]) -> None:
    until, seen = time.monotonic() + DEADLINE, dict[str, dict[str, Any]]()
    waited = {case.mount: case for case in CASES}
    while waited:
        for name, case in list(waited.items()):
            seen[name] = viewers.look(name)
            if complete(case, seen[name]):
                del waited[name]
        assert time.monotonic() < until, {name: (seen[name], pushers[name].output[-5:]) for name in waited}
        time.sleep(0.1)
    for case in CASES:
        found = seen[case.mount]
        assert pushers[case.mount].wait_for("source")["mode"] == case.mode, case
        assert (found["codecs"]["video"], found["width"], found["height"]) == ("video/H264", 640, 360), case
        assert found["decoded"] >= ENOUGH_FRAMES, case
        assert found["codecs"].get("audio", "").lower() == case.sound.lower(), case
