"""A whole player on LiveKit in Chromium: what it does about a stall, a kick, a takeover and another quality."""

from __future__ import annotations

import pytest

from tests.browser.livekit_worlds import World
from tests.browser.reservation_door import ReservationDoor
from tests.browser.viewer import Viewer
from tests.e2e.site import eventually

VIDEO = "document.querySelector('camera-player').video"
FRAMES = f"{VIDEO}.getVideoPlaybackQuality().totalVideoFrames"


@pytest.fixture
def door(world: World, viewer: Viewer) -> ReservationDoor:
    return ReservationDoor(viewer.page, world.lease)


def live(door: ReservationDoor, seconds: float = 12) -> None:
    eventually(lambda: door.state()[0] == "live", seconds, "a live picture")


def test_it_is_live_after_one_reserve_and_gives_its_place_back(door: ReservationDoor, viewer: Viewer) -> None:
    door.play()
    live(door)
    eventually(door.beats, 5, "a heartbeat that tells of it")
    viewer.page.evaluate("document.querySelector('camera-player').remove()")
    eventually(door.released, 5, "the release")
    assert len(door.reserved) == 1


def test_who_was_taken_over_says_so_and_never_joins_again(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    door.play()
    live(door)
    other = world.lease(token=door.reserved[0]["livekit_token"])
    assert viewer.join(other, name="second") == "joined"
    eventually(lambda: door.state() == ("ended", "duplicate_identity"), 8, "the takeover in words")
    viewer.watches("second", frames=75)
    assert (len(door.reserved), door.released(), viewer.lost("second")) == (1, [], [])


def test_trying_again_by_hand_is_a_reservation_of_ones_own(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    door.play()
    live(door)
    viewer.join(world.lease(token=door.reserved[0]["livekit_token"]), name="second")
    eventually(lambda: door.state()[0] == "ended", 8, "the takeover")
    viewer.page.evaluate("document.querySelector('camera-player').retry()")
    live(door)
    viewer.watches("second")
    assert len(door.reserved) == 2


def test_a_kick_at_the_end_of_the_lease_tells_the_reason(door: ReservationDoor, world: World) -> None:
    door.play()
    live(door)
    door.ended = ("REVOKED", "revoked")
    world.kick(door.reserved[0])
    eventually(lambda: door.state() == ("ended", "revoked"), 8, "the reason of the end")
    assert len(door.reserved) == 1


def test_a_kick_by_mistake_heals_on_the_same_lease(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    door.play()
    live(door)
    world.kick(door.reserved[0])
    eventually(lambda: door.state()[0] != "live", 8, "the loss")
    live(door)
    assert len(door.reserved) == 1


def test_a_picture_that_stands_still_is_asked_for_anew(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    door.play()
    live(door)
    viewer.page.evaluate("void (window.seen = new Set())")
    viewer.page.evaluate("document.addEventListener('player-state', ({ detail }) => window.seen.add(detail.state))")
    world.freeze(True)
    viewer.until("window.seen.has('stalled')")
    world.freeze(False)
    live(door)
    frames = viewer.page.evaluate(FRAMES)
    viewer.until(f"{FRAMES} > {frames}")
    assert viewer.page.evaluate("window.seen.has('fallback')") is False


def test_another_quality_needs_no_other_reservation(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    world.publish_layers()
    door.play(quality="low")
    live(door)
    viewer.until(f"{VIDEO}.videoWidth === 160", 20)
    viewer.page.evaluate("document.querySelector('camera-player').setAttribute('quality', 'high')")
    viewer.until(f"{VIDEO}.videoWidth === 640", 20)
    assert len(door.reserved) == 1
