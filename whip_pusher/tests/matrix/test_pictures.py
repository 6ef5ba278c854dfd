"""Whatever the camera sends, its picture arrives: carried as it is where browsers take it, else transcoded, and why."""

from __future__ import annotations

import pytest

from deploy.demo.clock_strip import camera_number
from whip_pusher.tests.matrix.conftest import Play

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("mount", ["baseline", "main", "high", "gop-500ms", "gop-1s", "gop-2s", "no-rtcp", "no-sprop"])
def test_h264_that_browsers_take_is_carried_as_it_is(play: Play, odd_url: str, mount: str) -> None:
    viewer = play(f"{odd_url}/{mount}")
    assert viewer.source()["mode"] == "passthrough"
    frame = viewer.frame(camera=camera_number(mount))
    assert (frame["width"], frame["height"]) == (640, 360)


@pytest.mark.parametrize(
    ("mount", "codec", "why", "size"),
    [
        ("main-b-frames", "h264", "b_frames", (640, 360)),
        ("high-b-frames", "h264", "b_frames", (640, 360)),
        ("no-sprop-b-frames", "h264", "b_frames", (640, 360)),
        ("no-sprop-422", "h264", "not_420", (640, 360)),
        ("10-bit", "h264", "not_8_bit", (640, 360)),
        ("h265", "h265", "not_h264", (640, 360)),
        ("h265-1080p", "h265", "not_h264", (1280, 720)),
        ("mjpeg", "mjpeg", "not_h264", (640, 360)),
        ("mpeg4", "mpeg4", "not_h264", (640, 360)),
    ],
)
def test_what_browsers_do_not_take_is_transcoded(
    play: Play, odd_url: str, mount: str, codec: str, why: str, size: tuple[int, int]
) -> None:
    viewer = play(f"{odd_url}/{mount}", PROFILE="720p")
    told = viewer.source(why=why)
    assert (told["codec"], told["mode"]) == (codec, "transcode")
    viewer.frame(camera=camera_number(mount), width=size[0], height=size[1])


@pytest.mark.parametrize(
    ("mount", "width", "height"),
    [("240p", 400, 240), ("480p", 800, 480), ("720p", 1280, 720), ("1080p", 1920, 1080), ("2160p", 3840, 2160)],
)
def test_every_size_arrives_whole(play: Play, odd_url: str, mount: str, width: int, height: int) -> None:
    viewer = play(f"{odd_url}/{mount}")
    assert viewer.source()["mode"] == "passthrough"
    viewer.frame(camera=camera_number(mount), width=width, height=height)


@pytest.mark.parametrize("fps", [5, 12, 25, 30, 60])
def test_every_rate_arrives_frame_by_frame(play: Play, odd_url: str, fps: int) -> None:
    viewer = play(f"{odd_url}/{fps}-fps")
    assert viewer.source()["mode"] == "passthrough"
    # The first ones come in a hurry: they waited for the connection.
    assert viewer.rate(after=1, seconds=2) == pytest.approx(fps, rel=0.25)


@pytest.mark.parametrize(("profile", "size"), [("1080p", (1920, 1080)), ("360p", (640, 360))])
def test_the_transcoder_keeps_to_its_profile(play: Play, odd_url: str, profile: str, size: tuple[int, int]) -> None:
    viewer = play(f"{odd_url}/h265-1080p", PROFILE=profile)
    viewer.frame(width=size[0], height=size[1])


def test_what_is_asked_for_is_done_to_any_camera(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/baseline", MODE="transcode")
    assert viewer.source(why="requested")["mode"] == "transcode"
    viewer.frame(camera=camera_number("baseline"))
