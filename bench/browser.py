"""Headless Chromium, logged in, with pages that are loaded but play nothing yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
PAGE = Path(__file__).with_name("page.js")
SETTLE_MS = 500  # the page's modules are loaded and nothing moves any more
PLAY_MS = 30_000


class Viewer:
    """One logged-in browser profile with one page."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self._url = url
        self.page: Page = context.new_page()

    def open(self, camera_id: str) -> None:
        """The camera's own page, without its player."""
        self.page.goto(f"{self._url}/cameras/{camera_id}")
        self.page.wait_for_function("customElements.get('camera-player') && !document.querySelector('camera-player')")
        self.page.wait_for_timeout(SETTLE_MS)

    def play(self, camera_id: str) -> dict[str, Any]:
        """Start now; returns at the first frame. Raises where it is not WebRTC or there is no picture."""
        found: dict[str, Any] = self.page.evaluate("(id) => bench.play(id)", camera_id)
        if found["transport"] != "webrtc":
            raise RuntimeError(f"{camera_id} came over {found['transport']}")
        return found

    def leave(self) -> None:
        """The player is taken out, so that its reservation is released; the page stays."""
        self.page.evaluate("bench.leave()")

    def change_over(self, quality: str, width: int) -> dict[str, float]:
        """Milliseconds `after` which a picture so wide showed, and the `longest` without any. Raises: none does."""
        how = {"quality": quality, "width": width}
        found: dict[str, float] = self.page.evaluate("(how) => bench.changeOver(how)", how)
        return found

    def watch_clock(self, *, seconds: float, every: int) -> dict[str, Any]:
        how = {"seconds": seconds, "every": every, "strip": f"{self._url}/static/js/clock-strip.js"}
        found: dict[str, Any] = self.page.evaluate("(how) => bench.watchClock(how)", how)
        return found


class Browsers:
    def __init__(self, browser: Browser, access: dict[str, str]) -> None:
        self._browser, self._access = browser, access

    @contextmanager
    def viewer(self) -> Iterator[Viewer]:
        context = self._browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(PLAY_MS)
        context.add_init_script(path=PAGE)
        self._log_in(context)
        try:
            yield Viewer(context, self._access["url"])
        finally:
            context.close()

    def _log_in(self, context: BrowserContext) -> None:
        page = context.new_page()
        page.goto(f"{self._access['url']}/login")
        page.fill("input[name=username]", self._access["username"])
        page.fill("input[name=password]", self._access["password"])
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        page.close()

    @property
    def version(self) -> str:
        return self._browser.version


@contextmanager
def browsers(access: dict[str, str]) -> Iterator[Browsers]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield Browsers(browser, access)
        finally:
            browser.close()
