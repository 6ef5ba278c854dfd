"""A camera of two streams, of which one fails: what can be seen is seen, and nothing good is given up for nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from deploy.demo.clock_strip import camera_number
from whip_pusher.tests.janus_sfu import free_port
from whip_pusher.tests.matrix.conftest import Cameras, Play
from whip_pusher.tests.matrix.viewer import now_ms

pytestmark = pytest.mark.slow
HIGH, LOW = 0, 1  # m-lines
BOTH = {"LAYERS": "high,low"}
QUICK = {"CONNECT_TIMEOUT": "2"}
GOP = 10  # seconds, of the camera


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture(params=["missing", "refused", "silent"])
def dead(request: pytest.FixtureRequest, odd_url: str, silent: int) -> str:
    """A stream that is not to be had, by each way of saying so."""
    urls = {
        "missing": f"{odd_url}/no-such-stream",
        "refused": f"rtsp://127.0.0.1:{free_port()}/x",
        "silent": f"rtsp://127.0.0.1:{silent}/x",
    }
    return urls[request.param]


def test_low_takes_the_main_stream_where_its_own_is_dead(play: Play, odd_url: str, dead: str) -> None:
    viewer = play(f"{odd_url}/baseline", SUB_RTSP_URL=dead, **BOTH, **QUICK)
    viewer.frame(line=HIGH, camera=camera_number("baseline"))
    viewer.frame(line=LOW, camera=camera_number("baseline"))
    assert viewer.pusher.process.poll() is None


def test_low_plays_on_where_the_main_stream_is_dead(play: Play, odd_url: str, dead: str) -> None:
    viewer = play(dead, SUB_RTSP_URL=f"{odd_url}/240p", **BOTH, **QUICK)
    viewer.frame(line=LOW, camera=camera_number("240p"))
    assert viewer.pusher.wait_for("source_lost", 8, layer="high")["code"] == "source_unreachable"
    viewer.frame_after(now_ms())


def test_sound_does_not_wait_for_a_main_stream_that_is_dead(play: Play, odd_url: str, dead: str) -> None:
    viewer = play(dead, SUB_RTSP_URL=f"{odd_url}/240p", AUDIO="on", **BOTH, **QUICK)
    viewer.frame(line=LOW, camera=camera_number("240p"))


def test_a_main_stream_that_comes_late_is_played_after_all(play: Play, odd_url: str, own_cameras: Cameras) -> None:
    port = free_port()
    viewer = play(f"rtsp://127.0.0.1:{port}/baseline", SUB_RTSP_URL=f"{odd_url}/240p", **BOTH, **QUICK)
    viewer.pusher.wait_for("source_lost", 8, layer="high")
    own_cameras(port, "baseline")
    viewer.frame(12, line=HIGH, camera=camera_number("baseline"))
    viewer.pusher.wait_for("source_back", 5, layer="high")


def test_two_dead_streams_are_the_end(play: Play, odd_url: str, dead: str) -> None:
    viewer = play(dead, SUB_RTSP_URL=f"{odd_url}/no-such-stream", **BOTH, **QUICK)
    assert viewer.pusher.ended(8)["code"] == "source_unreachable"


def test_a_main_stream_that_is_too_heavy_gives_way_without_a_gap(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/gop-10s", SUB_RTSP_URL=f"{odd_url}/240p", MAX_GOP_SECONDS="2")
    viewer.frame(line=HIGH, camera=camera_number("gop-10s"))
    assert viewer.longest_gap(4) < 1
    assert viewer.source(why="long_gop")["stream"] == "sub"
    viewer.frame(line=HIGH, camera=camera_number("240p"))


def test_a_main_stream_that_is_too_heavy_is_kept_where_the_other_is_dead(play: Play, odd_url: str, dead: str) -> None:
    """It plays on until a transcoder that begins in the middle of a group has a picture."""
    viewer = play(f"{odd_url}/gop-10s", SUB_RTSP_URL=dead, MAX_GOP_SECONDS="2", PROFILE="360p", **QUICK)
    viewer.frame(line=HIGH, camera=camera_number("gop-10s"))
    assert viewer.longest_gap(GOP + 4) < 1
    told = viewer.source(why="long_gop")
    assert (told["stream"], told["mode"]) == ("main", "transcode")


def test_a_sub_stream_that_was_taken_and_dies_gives_way_again(play: Play, odd_url: str, own_cameras: Cameras) -> None:
    port = free_port()
    sub = own_cameras(port, "240p")
    address = f"rtsp://127.0.0.1:{port}/240p"
    viewer = play(f"{odd_url}/gop-10s", SUB_RTSP_URL=address, MAX_GOP_SECONDS="2", RECONNECT_SECONDS="20")
    viewer.frame(8, camera=camera_number("240p"))
    sub.process.kill()
    viewer.frame(8, camera=camera_number("gop-10s"))
    assert viewer.source(8, stream="main", mode="transcode")["why"] == "long_gop"
