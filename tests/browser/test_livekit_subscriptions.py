"""What the player asks of LiveKit for its layers: only the stand-in tells, and publishes when we say so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.browser.livekit_worlds import World, made
from tests.browser.reservation_door import ReservationDoor
from tests.browser.track_world import PLAYER, WIDTH, ask, door, play
from tests.browser.viewer import Viewer
from tests.e2e.site import eventually

__all__ = ["door"]


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[World]:
    yield from made("stub", settings, tmp_path)


def told(viewer: Viewer) -> list[str]:
    """`+video1`: asked for, `-video1`: given up."""
    answer: list[str] = viewer.page.evaluate("window.livekitStub.told")
    return answer


def test_only_what_is_shown_stays_subscribed(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    world.publish_tracks("high", "low")
    play(door, quality="low")
    ask(viewer, "high")
    viewer.until("window.livekitStub.told.length === 3")
    assert told(viewer) == ["+video1", "+video0", "-video1"]


def test_a_layer_that_is_published_only_when_wanted_is_waited_for(
    door: ReservationDoor, viewer: Viewer, world: World
) -> None:
    world.publish_tracks("high")
    play(door, quality="high")
    ask(viewer, "low")
    eventually(lambda: door.layers_told()[-1] == ["high", "low"], 3, "both layers in a heartbeat")
    viewer.page.evaluate("window.livekitStub.addTrack('low')")
    viewer.until(f"{WIDTH} === 160")


def test_two_players_of_one_camera_show_a_layer_each(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    world.publish_tracks("high", "low")
    play(door, quality="low")
    viewer.page.evaluate(f"""() => {{
      const second = {PLAYER}.cloneNode(false);
      second.setAttribute("quality", "high");
      document.body.append(second);
    }}""")
    both = "[...document.querySelectorAll('camera-player')].map(({ video }) => video?.videoWidth)"
    viewer.until(f"{both}.join() === '160,640'")
    assert len(door.reserved) == 1
    viewer.page.evaluate(f"{PLAYER}.remove()")
    viewer.until("window.livekitStub.told.at(-1) === '-video1'")


def test_a_camera_of_one_layer_stays_as_it_is(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    door.layers = ["high"]
    world.publish_tracks("high")
    play(door, quality="low")
    ask(viewer, "high")
    viewer.page.wait_for_timeout(500)
    assert told(viewer) == ["+video0"]
    assert door.layers_told()[-1] == ["high"]
