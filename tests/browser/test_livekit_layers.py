"""Two videos of one camera in LiveKit's room: the player changes over with a picture all the time."""

from __future__ import annotations

from tests.browser.livekit_worlds import World
from tests.browser.reservation_door import ReservationDoor
from tests.browser.track_world import PLAYER, WATCH, WIDTH, ask, door, play
from tests.browser.viewer import Viewer
from tests.e2e.site import eventually

__all__ = ["door"]


def test_the_picture_stays_until_the_other_layer_shows(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    world.publish_tracks("high", "low")
    play(door, quality="low")
    viewer.page.evaluate(WATCH)
    ask(viewer, "high")
    viewer.until(f"{WIDTH} === 640")
    ask(viewer, "low")
    viewer.until(f"{WIDTH} === 160 && {PLAYER}.querySelectorAll('video').length === 1")
    seen = viewer.page.evaluate("window.seen")
    assert (seen["widths"], seen["empty"]) == ([160, 640, 160], 0)
    assert seen["looks"] > 3


def test_heartbeats_ask_for_both_layers_and_then_give_up_the_old_one(
    door: ReservationDoor, viewer: Viewer, world: World
) -> None:
    world.publish_tracks("high", "low")
    play(door, quality="low")
    ask(viewer, "high")
    viewer.until(f"{WIDTH} === 640")
    eventually(lambda: door.layers_told() == [["low"], ["high", "low"], ["high"]], 3, "the layers in heartbeats")


def test_a_layer_that_never_comes_leaves_the_old_picture(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    world.publish_tracks("high")
    play(door, quality="high")
    viewer.page.evaluate(WATCH)
    ask(viewer, "low")
    eventually(lambda: door.layers_told() == [["high"], ["high", "low"], ["high"]], 9, "the layer given up")
    assert (viewer.page.evaluate("window.seen.empty"), door.state()[0]) == (0, "live")
    eventually(lambda: door.layers_told()[-1] == ["high", "low"], 9, "another try")


def test_a_first_layer_that_does_not_come_is_replaced_by_the_other(
    door: ReservationDoor, viewer: Viewer, world: World
) -> None:
    world.publish_tracks("high")
    play(door, quality="low")
    assert viewer.page.evaluate(WIDTH) == 640


def test_by_itself_it_takes_the_layer_that_suits_its_size(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    world.publish_tracks("high", "low")
    play(door)
    assert viewer.page.evaluate(WIDTH) == 640
    viewer.page.evaluate(f"void ({PLAYER}.style.inlineSize = '320px')")
    viewer.until(f"{WIDTH} === 160")
    viewer.page.evaluate(f"void ({PLAYER}.style.inlineSize = '600px')")
    viewer.page.wait_for_timeout(600)
    assert viewer.page.evaluate(WIDTH) == 160


def test_a_tile_in_full_screen_shows_the_high_layer_and_goes_back(
    door: ReservationDoor, viewer: Viewer, world: World
) -> None:
    world.publish_tracks("high", "low")
    play(door, quality="low")
    for width in (640, 160):
        viewer.page.hover("camera-player")
        viewer.page.click(".cp-fullscreen")
        viewer.until(f"{WIDTH} === {width}")
