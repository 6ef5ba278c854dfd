"""The sound button: there only where there is sound, off at the start, and a connection of its own to the track."""

from __future__ import annotations

from tests.browser.livekit_worlds import StubWorld, World
from tests.browser.reservation_door import ReservationDoor
from tests.browser.track_world import door, play
from tests.browser.viewer import Viewer

__all__ = ["door"]
BUTTON = "document.querySelector('.cp-sound')"
AUDIO = "document.querySelector('camera-player audio')"
PRESSED = f"{BUTTON}.getAttribute('aria-pressed')"


def press(viewer: Viewer) -> None:
    viewer.page.hover("camera-player")
    viewer.page.click(".cp-sound")


def test_without_sound_there_is_no_button(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    world.publish_tracks("high", "low")
    play(door, quality="high")
    assert not viewer.page.is_visible(".cp-sound")


def test_sound_is_off_and_not_even_fetched_until_its_button_is_pressed(
    door: ReservationDoor, viewer: Viewer, world: World
) -> None:
    world.publish_tracks("high", "low", "audio")
    play(door, quality="high")
    viewer.page.hover("camera-player")
    assert viewer.page.is_visible(".cp-sound")
    assert viewer.page.evaluate(f"[{PRESSED}, {AUDIO}.srcObject]") == ["false", None]
    press(viewer)
    viewer.until(f"{AUDIO}.currentTime > 0.2")
    assert viewer.page.evaluate(f"[{PRESSED}, {AUDIO}.muted]") == ["true", False]
    press(viewer)
    viewer.until(f"{AUDIO}.srcObject === null && {PRESSED} === 'false'")
    if isinstance(world, StubWorld):
        assert viewer.page.evaluate("window.livekitStub.told") == ["+video0", "+audio2", "-audio2"]


def test_the_picture_stays_muted_and_apart_from_the_sound(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    world.publish_tracks("high", "audio")
    play(door, quality="high")
    press(viewer)
    viewer.until(f"{AUDIO}.currentTime > 0")
    video = "document.querySelector('camera-player').video"
    assert viewer.page.evaluate(f"[{video}.muted, {video}.srcObject.getAudioTracks().length]") == [True, 0]


def test_sound_goes_on_through_a_change_of_layer(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    world.publish_tracks("high", "low", "audio")
    play(door, quality="low")
    press(viewer)
    viewer.until(f"{AUDIO}.currentTime > 0")
    viewer.page.evaluate(f"window.before = {AUDIO}.srcObject")
    viewer.page.evaluate("document.querySelector('camera-player').setAttribute('quality', 'high')")
    viewer.until("document.querySelector('camera-player').video.videoWidth === 640")
    assert viewer.page.evaluate(f"[window.before === {AUDIO}.srcObject, {AUDIO}.paused]") == [True, False]


def test_the_volume_is_the_pages_and_shown_only_with_sound(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    world.publish_tracks("high", "audio")
    play(door, quality="high")
    assert not viewer.page.is_visible(".cp-volume")
    press(viewer)
    viewer.page.fill(".cp-volume", "0.25")
    viewer.page.evaluate("document.querySelector('camera-player').remove()")
    play(door, quality="high")
    press(viewer)
    viewer.until(f"{AUDIO}.currentTime > 0")
    assert viewer.page.evaluate(f"[{AUDIO}.volume, document.querySelector('.cp-volume').value]") == [0.25, "0.25"]


def test_sound_comes_back_after_a_reconnection(door: ReservationDoor, viewer: Viewer, world: World) -> None:
    world.publish_tracks("high", "audio")
    play(door, quality="high")
    press(viewer)
    viewer.until(f"{AUDIO}.currentTime > 0")
    world.kick(door.reserved[0])
    viewer.until(f"{AUDIO}.srcObject === null")
    viewer.until(f"{AUDIO}.srcObject !== null && {PRESSED} === 'true'")
