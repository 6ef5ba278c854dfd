"""A player before a room whose publisher has a track for each layer, and sound: the stand-in of livekit_stub.mjs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pytest_django import Settings

from tests.browser.livekit_worlds import StubWorld
from tests.browser.page_site import page_site
from tests.browser.reservation_door import ReservationDoor
from tests.browser.viewer import Viewer
from tests.e2e.site import eventually


@pytest.fixture
def viewer(chromium: Browser) -> Iterator[Viewer]:
    with page_site(replaced=StubWorld.replaced) as url:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(url)
        made = Viewer(page)
        yield made
        context.close()
        assert made.complaints == []


@pytest.fixture
def door(viewer: Viewer, settings: Settings, tmp_path: Path) -> ReservationDoor:
    world = StubWorld(settings, tmp_path)
    world.began(viewer.page)
    door = ReservationDoor(viewer.page, world.lease)
    door.layers = ["high", "low"]
    return door


def tracks(viewer: Viewer, *names: str) -> None:
    viewer.page.evaluate("(names) => window.livekitStub.publishTracks(names)", list(names))


def play(door: ReservationDoor, **attributes: str) -> None:
    door.play(**attributes)
    eventually(lambda: door.state()[0] == "live", 12, "a live picture")
