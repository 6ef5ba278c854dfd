"""Between camera and pusher: a bad line, and a camera that only speaks UDP."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from deploy.demo.clock_strip import camera_number
from whip_pusher.tests.conftest import KEY, LOOPBACK
from whip_pusher.tests.matrix.conftest import PATIENT, Play
from whip_pusher.tests.matrix.viewer import Viewer
from whip_pusher.tests.programs import Line, Program, pusher

pytestmark = pytest.mark.slow
Inside = Callable[..., Program]


@pytest.fixture
def link() -> Iterator[Line]:
    """100 ms there and back, 2 % of the packets lost each way, in a network namespace of its own."""
    program = Program("-m", "whip_pusher.tests.slow_link", "--delay-ms", "50", "--loss", "0.02")
    yield program.wait_for("ready")
    program.stop()


@pytest.fixture
def inside(link: Line) -> Iterator[Inside]:
    """Start a program in the link's namespace."""
    started: list[Program] = []

    def start(*command: str) -> Program:
        started.append(Program(*command, prefix=link["prefix"]))
        return started[-1]

    yield start
    for program in started:
        program.stop()


def test_a_slow_and_lossy_line_still_has_a_picture(link: Line, inside: Inside) -> None:
    port = "8554"  # Nobody else is in that namespace.
    camera = ("--host", link["near"], "--port", port, "--mounts", "baseline")
    inside("-m", "whip_pusher.tests.odd_cameras", *camera).wait_for("ready")
    receiver = inside("-m", "whip_pusher.tests.receiver", KEY)
    url = receiver.wait_for("ready")["url"]
    source = f"rtsp://{link['far']}:{port}/baseline"
    program = pusher(source, f"{url}/lossy", KEY, link["prefix"], **LOOPBACK, **PATIENT)
    viewer = Viewer(program, receiver, "lossy")
    try:
        frame = viewer.frame(12, camera=camera_number("baseline"))
        assert frame["age_ms"] > 50
        assert viewer.longest_gap(6) < 2.5
        assert viewer.frame()["age_ms"] < 3000
    finally:
        viewer.end()


def test_a_camera_that_refuses_tcp_is_played_over_udp(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/udp-only")
    viewer.frame(camera=camera_number("udp-only"))


def test_udp_can_be_asked_for(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/baseline", RTSP_TRANSPORT="udp")
    viewer.frame(camera=camera_number("baseline"))


def test_tcp_that_was_asked_for_stays_tcp(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/udp-only", RTSP_TRANSPORT="tcp", RECONNECT_SECONDS="1")
    assert viewer.pusher.ended(8)["code"] == "source_unreachable"
