"""An operator at a browser: Debian's Chromium, headless, one process per operator where a test kills it."""

from __future__ import annotations

import os
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.e2e.site import Site, eventually

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
PLAYER = "document.querySelector('camera-player')"
# Which camera made the picture, by the strip of blocks in it.
STRIP = """async () => {
  const strip = await import('/static/js/clock-strip.js');
  const video = document.querySelector('camera-player').video;
  if (!video?.videoWidth) return { ok: false };
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0);
  const read = strip.readStrip(context.getImageData(0, 0, canvas.width, canvas.height));
  return { ...read, now: Date.now(), width: video.videoWidth };
}"""


# The switch of languages saves to the profile, which others log in to after the test that tried it.
AS_THE_BROWSER = "async () => (await import('/static/js/api.js')).call('PATCH', '/preferences', {body: {language: ''}})"


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


class Operator:
    """One login in one browser; complaints of the pages are kept."""

    def __init__(self, browser: Browser, site: Site, *, username: str | None = None, language: str = "en") -> None:
        self.site = site
        self.language = language
        self.complaints: list[str] = []
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 1280, "height": 800}, locale=language, base_url=site.url
        )
        self.page: Page = self.new_page()
        self._log_in(username or site.username)

    def new_page(self) -> Page:
        page = self.context.new_page()
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _log_in(self, username: str) -> None:
        self.page.goto("/login")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", self.site.password)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url("**/")
        self.page.evaluate(AS_THE_BROWSER)
        if self.page.evaluate("document.documentElement.lang") != self.language:
            self.page.reload()

    def watch(self, camera_id: str, *, page: Page | None = None) -> Page:
        page = page or self.page
        page.goto(f"/cameras/{camera_id}")
        return page

    def close(self) -> None:
        self.context.close()


def attribute(page: Page, name: str) -> str | None:
    value: str | None = page.evaluate(f"{PLAYER}.getAttribute('{name}')")
    return value


def current_time(page: Page) -> float:
    return float(page.evaluate(f"{PLAYER}.video?.currentTime ?? 0"))


def wait_live(page: Page, seconds: float = 20, *, transport: str = "webrtc") -> None:
    """Live over `transport`, and the picture moves."""
    playing = {("live", transport), ("fallback", transport)}
    eventually(lambda: (attribute(page, "state"), attribute(page, "transport")) in playing, seconds, "a live picture")
    assert_advances(page)


def assert_advances(page: Page, seconds: float = 3) -> None:
    before = current_time(page)
    eventually(lambda: current_time(page) > before + 0.3, seconds, "currentTime advancing")


def strip(page: Page) -> dict[str, Any]:
    """The first readable strip within three seconds."""

    def read() -> dict[str, Any] | None:
        answer: dict[str, Any] = page.evaluate(STRIP)
        return answer if answer["ok"] else None

    found: dict[str, Any] = eventually(read, 3, "a readable strip in the picture")
    return found


def longest_freeze(page: Page, seconds: float) -> float:
    """The longest time without a new frame, looked at for `seconds`."""
    script = f"""(ms) => new Promise((done) => {{
      const video = {PLAYER}.video; let last = performance.now(), worst = 0;
      const frame = () => {{ const now = performance.now(); worst = Math.max(worst, now - last); last = now;
                             video.requestVideoFrameCallback(frame); }};
      video.requestVideoFrameCallback(frame);
      setTimeout(() => done(Math.max(worst, performance.now() - last)), ms);
    }})"""
    return float(page.evaluate(script, seconds * 1000)) / 1000
