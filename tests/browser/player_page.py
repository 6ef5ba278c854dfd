"""A page with the product's style and words, for tests of what one sees of a player and does with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Browser
from pytest_django import Settings

from tests.browser.livekit_worlds import StubWorld
from tests.browser.page_site import page_site
from tests.browser.reservation_door import ReservationDoor
from tests.browser.track_world import PLAYER
from tests.browser.viewer import Viewer
from tests.e2e.site import eventually

PAGE = """<!doctype html><html lang="{lang}" dir="{dir}"><meta charset="utf-8"><title>player</title>
<meta name="icons" content="/static/vendor/icons.svg">{styles}<link rel="stylesheet" href="/static/css/player.css">
{words}<body></body></html>"""

HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def page_in(language: str) -> str:
    with translation.override(language):
        words = render_to_string("words/player.html")
    styles = render_to_string("parts/styles.html")
    return PAGE.format(lang=language, dir="rtl" if language == "ar" else "ltr", styles=styles, words=words)


class Desk:
    """An operator's desk: one player on the stand-in of LiveKit, whose camera has two layers and sound."""

    def __init__(self, viewer: Viewer, door: ReservationDoor, world: StubWorld) -> None:
        self.viewer, self.page, self.door, self.world = viewer, viewer.page, door, world

    def play(self, *tracks: str, **attributes: str) -> None:
        """`tracks` of the publisher: those of a camera with two layers and sound, unless told others."""
        self.world.publish_tracks(*tracks or ("high", "low", "audio"))
        self.watch(**attributes)

    def watch(self, **attributes: str) -> None:
        """What is published already: at first one track that has three layers of its own."""
        self.door.play(**{"name": "Sheikh Zayed Road", **attributes})
        self.state("live")
        self.page.hover("camera-player")

    def state(self, state: str, seconds: float = 12) -> None:
        eventually(lambda: self.door.state()[0] == state, seconds, state)

    def told(self, what: str) -> object:
        """A property of the player."""
        return self.page.evaluate(f"{PLAYER}.{what}")

    def until(self, condition: str, seconds: float = 8) -> None:
        """`player` is the element."""
        self.viewer.until(f"((player) => {condition})({PLAYER})", seconds)

    def name_of(self, selector: str) -> str | None:
        return self.page.get_attribute(selector, "aria-label")


@pytest.fixture(params=["en"])
def desk(request: pytest.FixtureRequest, chromium: Browser, settings: Settings, tmp_path: object) -> Iterator[Desk]:
    with page_site(replaced=StubWorld.replaced) as url:
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        page = context.new_page()
        page.route(url, lambda route: route.fulfill(body=page_in(request.param), content_type="text/html"))
        page.goto(url)
        world = StubWorld(settings, tmp_path)  # type: ignore[arg-type]
        world.began(page)
        viewer = Viewer(page)
        door = ReservationDoor(page, world.lease)
        door.layers = ["high", "low"]
        yield Desk(viewer, door, world)
        context.close()
        assert viewer.complaints == []
