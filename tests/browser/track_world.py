"""A whole player before a room whose publisher has a track for each layer, and sound."""

from __future__ import annotations

import pytest

from tests.browser.livekit_worlds import World
from tests.browser.reservation_door import ReservationDoor
from tests.browser.viewer import Viewer
from tests.e2e.site import eventually

PLAYER = "document.querySelector('camera-player')"
WIDTH = f"{PLAYER}.video.videoWidth"


@pytest.fixture
def door(world: World, viewer: Viewer) -> ReservationDoor:
    """Of a camera with both layers."""
    door = ReservationDoor(viewer.page, world.lease)
    door.layers = ["high", "low"]
    return door


def play(door: ReservationDoor, **attributes: str) -> None:
    door.play(**attributes)
    eventually(lambda: door.state()[0] == "live", 12, "a live picture")


def ask(viewer: Viewer, quality: str) -> None:
    viewer.page.evaluate(f"{PLAYER}.setAttribute('quality', '{quality}')")
