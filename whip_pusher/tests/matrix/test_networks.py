"""Between camera and pusher: a bad line, and a camera that only speaks UDP."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator

import pytest

from deploy.demo.clock_strip import camera_number
from whip_pusher.tests.conftest import KEY, LOOPBACK
from whip_pusher.tests.matrix.conftest import PATIENT, Play
from whip_pusher.tests.matrix.viewer import Viewer, now_ms
from whip_pusher.tests.programs import Line, Program, pusher

pytestmark = pytest.mark.slow
Inside = Callable[..., Program]
BACK_WITHIN = 3  # seconds


@pytest.fixture
def linking(request: pytest.FixtureRequest) -> Iterator[Program]:
    """100 ms there and back, 2 % of the packets lost each way, in a network namespace of its own."""
    loss = getattr(request, "param", "0.02")
    program = Program("-m", "whip_pusher.tests.slow_link", "--delay-ms", "50", "--loss", loss)
    yield program
    program.stop()


@pytest.fixture
def link(linking: Program) -> Line:
    return linking.wait_for("ready")


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


@pytest.fixture
def far_viewer(link: Line, inside: Inside) -> Iterator[Viewer]:
    """Of a camera at the other end of the link; the receiver is near."""
    port = "8554"  # Nobody else is in that namespace.
    camera = ("--host", link["near"], "--port", port, "--mounts", "baseline", "--apart")
    inside("-m", "whip_pusher.tests.odd_cameras", *camera).wait_for("ready")
    receiver = inside("-m", "whip_pusher.tests.receiver", KEY)
    url = receiver.wait_for("ready")["url"]
    source = f"rtsp://{link['far']}:{port}/baseline"
    program = pusher(
        source,
        f"{url}/far",
        KEY,
        link["prefix"],
        **LOOPBACK,
        **{**PATIENT, "PACKET_TIMEOUT": "2"},
        RECONNECT_SECONDS="25",
    )
    viewer = Viewer(program, receiver, "far")
    yield viewer
    viewer.end()


def test_a_slow_and_lossy_line_still_has_a_picture(far_viewer: Viewer) -> None:
    frame = far_viewer.frame(12, camera=camera_number("baseline"))
    assert frame["age_ms"] > 50
    assert far_viewer.longest_gap(6) < 2.5
    assert far_viewer.frame()["age_ms"] < 3000


@pytest.mark.parametrize("linking", ["0"], indirect=True)
@pytest.mark.parametrize("away", [4, 9, 16])
def test_a_line_on_which_packets_vanished_is_back_in_three_seconds(
    linking: Program, far_viewer: Viewer, away: float
) -> None:
    """TCP's own tries come after 1, 3, 7 s, of which the last may be far away when the line is mended."""
    far_viewer.frame(12)
    linking.process.send_signal(signal.SIGUSR1)
    far_viewer.pusher.wait_for("source_lost", 6)
    time.sleep(away)
    linking.process.send_signal(signal.SIGUSR1)
    far_viewer.frame_after(now_ms(), BACK_WITHIN)


def test_a_camera_that_refuses_tcp_is_played_over_udp(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/udp-only")
    viewer.frame(camera=camera_number("udp-only"))


def test_udp_can_be_asked_for(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/baseline", RTSP_TRANSPORT="udp")
    viewer.frame(camera=camera_number("baseline"))


def test_tcp_that_was_asked_for_stays_tcp(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/udp-only", RTSP_TRANSPORT="tcp", RECONNECT_SECONDS="1")
    assert viewer.pusher.ended(8)["code"] == "source_unreachable"


# A connection to a camera that is gone, whose TEARDOWN nobody answers.
CLOSING_BLOCKS = """
import os, time
from whip_pusher import connection
connection.Connection._dismantle = lambda self, then: time.sleep(60)
from whip_pusher.__main__ import main
os._exit(main())
"""


def test_a_connection_that_cannot_be_closed_does_not_hold_up_the_next(odd_url: str, receiver_url: str) -> None:
    env = {"RTSP_URL": f"{odd_url}/udp-only", "WHIP_ENDPOINT": f"{receiver_url}/blocked", "STREAM_KEY": KEY, **LOOPBACK}
    program = Program("-c", CLOSING_BLOCKS, env=env)
    try:
        program.wait_for("playing", 12)
    finally:
        program.stop()
