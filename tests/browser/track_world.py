"""A whole player before a room whose publisher has a track for each layer, and sound."""

from __future__ import annotations

import pytest

from tests.browser.livekit_worlds import World
from tests.browser.reservation_door import ReservationDoor
from tests.browser.viewer import Viewer
from tests.e2e.site import eventually

PLAYER = "document.querySelector('camera-player')"
WIDTH = f"{PLAYER}.video.videoWidth"
# From now on: how many looks, one per screen refresh, found no picture on top, and which widths were seen.
WATCH = """() => {
  const player = document.querySelector("camera-player");
  const seen = (window.seen = { looks: 0, empty: 0, widths: [] });
  const look = () => {
    const covers = [...player.querySelectorAll("video")].find((each) => each.style.zIndex === "1");
    const top = player.querySelector("canvas:not([hidden])") ?? covers ?? player.video;
    seen.looks += 1;
    if (top instanceof HTMLVideoElement && top.readyState < 2) seen.empty += 1;
    const width = top.videoWidth ?? top.width;
    if (seen.widths.at(-1) !== width) seen.widths.push(width);
    requestAnimationFrame(look);
  };
  look();
}"""


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
