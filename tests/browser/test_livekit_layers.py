"""Two videos and sound of one camera in LiveKit's room: the player changes over with a picture all the time.

On the page-level stand-in only: a real server's WHIP publishes a track when its first packet comes, and GStreamer's
publisher of the real world has one video.
"""

from __future__ import annotations

from tests.browser.reservation_door import ReservationDoor
from tests.browser.track_world import door, play, tracks, viewer
from tests.browser.viewer import Viewer
from tests.e2e.site import eventually

__all__ = ["door", "viewer"]
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


def ask(viewer: Viewer, quality: str) -> None:
    viewer.page.evaluate(f"{PLAYER}.setAttribute('quality', '{quality}')")


def told(viewer: Viewer) -> list[str]:
    answer: list[str] = viewer.page.evaluate("window.livekitStub.told")
    return answer


def test_the_picture_stays_until_the_other_layer_shows(door: ReservationDoor, viewer: Viewer) -> None:
    tracks(viewer, "high", "low")
    play(door, quality="low")
    viewer.page.evaluate(WATCH)
    ask(viewer, "high")
    viewer.until(f"{WIDTH} === 640")
    ask(viewer, "low")
    viewer.until(f"{WIDTH} === 160 && {PLAYER}.querySelectorAll('video').length === 1")
    seen = viewer.page.evaluate("window.seen")
    assert (seen["widths"], seen["empty"]) == ([160, 640, 160], 0)
    assert seen["looks"] > 3


def test_only_what_is_shown_stays_subscribed(door: ReservationDoor, viewer: Viewer) -> None:
    tracks(viewer, "high", "low")
    play(door, quality="low")
    ask(viewer, "high")
    viewer.until("window.livekitStub.told.length === 3")
    assert told(viewer) == ["+video1", "+video0", "-video1"]


def test_heartbeats_ask_for_both_layers_and_then_give_up_the_old_one(door: ReservationDoor, viewer: Viewer) -> None:
    tracks(viewer, "high", "low")
    play(door, quality="low")
    ask(viewer, "high")
    viewer.until(f"{WIDTH} === 640")
    eventually(lambda: door.layers_told() == [["low"], ["high", "low"], ["high"]], 3, "the layers in heartbeats")


def test_a_layer_that_is_published_only_when_wanted_is_waited_for(door: ReservationDoor, viewer: Viewer) -> None:
    tracks(viewer, "high")
    play(door, quality="high")
    ask(viewer, "low")
    eventually(lambda: door.layers_told()[-1] == ["high", "low"], 3, "both layers in a heartbeat")
    viewer.page.evaluate("window.livekitStub.addTrack('low')")
    viewer.until(f"{WIDTH} === 160")


def test_a_layer_that_never_comes_leaves_the_old_picture(door: ReservationDoor, viewer: Viewer) -> None:
    tracks(viewer, "high")
    play(door, quality="high")
    viewer.page.evaluate(WATCH)
    ask(viewer, "low")
    eventually(lambda: door.layers_told() == [["high"], ["high", "low"], ["high"]], 9, "the layer given up")
    assert (viewer.page.evaluate("window.seen.empty"), door.state()[0]) == (0, "live")
    eventually(lambda: door.layers_told()[-1] == ["high", "low"], 9, "another try")


def test_a_first_layer_that_does_not_come_is_replaced_by_the_other(door: ReservationDoor, viewer: Viewer) -> None:
    tracks(viewer, "high")
    play(door, quality="low")
    assert viewer.page.evaluate(WIDTH) == 640


def test_two_players_of_one_camera_show_a_layer_each(door: ReservationDoor, viewer: Viewer) -> None:
    tracks(viewer, "high", "low")
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


def test_by_itself_it_takes_the_layer_that_suits_its_size(door: ReservationDoor, viewer: Viewer) -> None:
    tracks(viewer, "high", "low")
    play(door)
    assert viewer.page.evaluate(WIDTH) == 640
    viewer.page.evaluate(f"void ({PLAYER}.style.inlineSize = '320px')")
    viewer.until(f"{WIDTH} === 160")
    viewer.page.evaluate(f"void ({PLAYER}.style.inlineSize = '600px')")
    viewer.page.wait_for_timeout(600)
    assert viewer.page.evaluate(WIDTH) == 160


def test_a_tile_in_full_screen_shows_the_high_layer_and_goes_back(door: ReservationDoor, viewer: Viewer) -> None:
    tracks(viewer, "high", "low")
    play(door, quality="low")
    for width in (640, 160):
        viewer.page.hover("camera-player")
        viewer.page.click(".cp-tool:not(.cp-sound)")
        viewer.until(f"{WIDTH} === {width}")


def test_a_camera_of_one_layer_stays_as_it_is(door: ReservationDoor, viewer: Viewer) -> None:
    door.layers = ["high"]
    tracks(viewer, "high")
    play(door, quality="low")
    ask(viewer, "high")
    viewer.page.wait_for_timeout(500)
    assert told(viewer) == ["+video0"]
    assert door.layers_told()[-1] == ["high"]
