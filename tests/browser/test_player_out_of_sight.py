"""A picture nobody can see is not fetched; it goes on at once, on the reservation it had."""

from __future__ import annotations

from typing import Any

from tests.browser.livekit_worlds import StubWorld, World
from tests.browser.player_page import HIDE
from tests.browser.reservation_door import ReservationDoor
from tests.browser.track_world import PLAYER, door, play
from tests.browser.viewer import Viewer
from tests.e2e.site import eventually

__all__ = ["door"]
FRAMES = f"{PLAYER}.video.getVideoPlaybackQuality().totalVideoFrames"
TELL = "window.told = []; document.addEventListener('player-state', ({ detail }) => told.push(detail.state))"


def scroll(viewer: Viewer, pixels: int) -> None:
    viewer.page.evaluate(f"void ({PLAYER}.style.marginBlockStart = '{pixels}px')")


def paused(door: ReservationDoor, code: str) -> None:
    eventually(lambda: door.state() == ("paused", code), 5, f"paused: {code}")


def goes_on(door: ReservationDoor, viewer: Viewer) -> None:
    eventually(lambda: door.state()[0] == "live", 8, "a live picture again")
    frames = viewer.page.evaluate(FRAMES)
    viewer.until(f"{FRAMES} > {frames}")
    assert (len(door.reserved), door.released()) == (1, [])


def beat(door: ReservationDoor, **what: Any) -> None:
    eventually(lambda: door.beats()[-1].items() >= what.items(), 5, f"a heartbeat with {what}")


def test_scrolled_out_of_sight_it_is_paused_and_in_sight_it_goes_on(
    door: ReservationDoor, viewer: Viewer, world: World
) -> None:
    world.publish_tracks("high", "low")
    play(door)
    scroll(viewer, 5000)
    paused(door, "off_screen")
    beat(door, paused=True)
    scroll(viewer, 0)
    goes_on(door, viewer)
    beat(door, paused=False)


def test_out_of_sight_its_media_is_given_up(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    world.publish_tracks("high", "low")
    play(door)
    scroll(viewer, 5000)
    paused(door, "off_screen")
    if isinstance(world, StubWorld):
        assert viewer.page.evaluate("window.livekitStub.rooms.size") == 0
    assert viewer.page.evaluate(f"{PLAYER}.video.srcObject") is None


def test_a_tile_that_is_scrolled_past_is_left_alone(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    world.publish_tracks("high", "low")
    play(door)
    viewer.page.evaluate(TELL)
    scroll(viewer, 5000)
    viewer.page.wait_for_timeout(300)
    scroll(viewer, 0)
    over = viewer.page.evaluate("performance.now()") + 1_500
    viewer.until(f"performance.now() > {over}")
    assert viewer.page.evaluate("window.told") == []


def test_one_that_begins_out_of_sight_is_paused_until_it_comes_into_view(
    door: ReservationDoor, viewer: Viewer, world: World
) -> None:
    world.publish_tracks("high", "low")
    viewer.page.evaluate("void (document.body.style.paddingBlockStart = '5000px')")
    door.play()
    paused(door, "off_screen")
    viewer.page.evaluate("void (document.body.style.paddingBlockStart = '0')")
    goes_on(door, viewer)


def test_a_hidden_page_pauses_it_and_a_page_in_front_goes_on(
    door: ReservationDoor, viewer: Viewer, world: World
) -> None:
    world.publish_tracks("high", "low")
    play(door)
    viewer.page.evaluate(HIDE, True)
    paused(door, "hidden")
    viewer.page.evaluate(HIDE, False)
    goes_on(door, viewer)


def test_hidden_and_out_of_sight_it_waits_for_both(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    world.publish_tracks("high", "low")
    play(door)
    viewer.page.evaluate(HIDE, True)
    paused(door, "hidden")
    scroll(viewer, 5000)
    viewer.page.evaluate(HIDE, False)
    paused(door, "off_screen")
    scroll(viewer, 0)
    goes_on(door, viewer)
