"""On a real LiveKit: a layer that its publisher feeds only while heartbeats ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.browser.livekit_worlds import RealWorld
from tests.browser.reservation_door import ReservationDoor
from tests.browser.track_world import WATCH, WIDTH, ask, door, play
from tests.browser.viewer import Viewer

__all__ = ["door"]


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[RealWorld]:
    world = RealWorld(settings, tmp_path)
    try:
        world.begin()
        yield world
    finally:
        world.end()


def test_it_comes_again_and_again(door: ReservationDoor, viewer: Viewer, world: RealWorld, tmp_path: Path) -> None:
    door.feed = tmp_path / "feed"
    door.feed.write_text("low")
    world.publish_tracks("high", "low", feed=door.feed)
    play(door, quality="low")
    viewer.page.evaluate(WATCH)
    for quality, width in (("high", 640), ("low", 160), ("high", 640)):
        ask(viewer, quality)
        viewer.until(f"{WIDTH} === {width}", 3)
        viewer.page.wait_for_timeout(1_500)
        assert door.feed.read_text() == quality
    assert viewer.page.evaluate("window.seen.empty") == 0
