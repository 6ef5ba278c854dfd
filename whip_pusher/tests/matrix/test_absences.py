"""A camera that goes silent or away: the program gets it back by itself, or ends in time and says that it stalled."""

from __future__ import annotations

import signal
import time

import pytest

from whip_pusher.tests.janus_sfu import free_port
from whip_pusher.tests.matrix.conftest import Cameras, Play
from whip_pusher.tests.matrix.viewer import now_ms

pytestmark = pytest.mark.slow
PACKET_TIMEOUT, CONNECT_TIMEOUT = 2, 3  # seconds, as `programs.pusher` sets them
BACK_WITHIN = 3  # seconds, from the camera's return to its picture


def test_a_camera_that_freezes_for_good_is_a_stall(play: Play, own_cameras: Cameras) -> None:
    port = free_port()
    camera = own_cameras(port, "baseline")
    viewer = play(f"rtsp://127.0.0.1:{port}/baseline", RECONNECT_SECONDS="3")
    viewer.frame()
    camera.freeze()
    assert viewer.pusher.ended(PACKET_TIMEOUT + 3 + CONNECT_TIMEOUT)["code"] == "source_stalled"


def test_a_camera_that_thaws_is_played_on_by_the_same_process(play: Play, own_cameras: Cameras) -> None:
    port = free_port()
    camera = own_cameras(port, "baseline")
    viewer = play(f"rtsp://127.0.0.1:{port}/baseline", RECONNECT_SECONDS="15")
    viewer.frame()
    camera.freeze()
    time.sleep(PACKET_TIMEOUT + 2)
    camera.process.send_signal(signal.SIGCONT)
    viewer.frame_after(now_ms(), BACK_WITHIN)
    assert viewer.longest_gap(2) < 1
    assert viewer.pusher.process.poll() is None


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_camera_that_restarts_is_played_on_by_the_same_process(
    play: Play, own_cameras: Cameras, how: signal.Signals
) -> None:
    port = free_port()
    camera = own_cameras(port, "baseline")
    viewer = play(f"rtsp://127.0.0.1:{port}/baseline", RECONNECT_SECONDS="15")
    viewer.frame()
    camera.process.send_signal(how)
    camera.process.wait(5)
    time.sleep(2)
    own_cameras(port, "baseline")
    viewer.frame_after(now_ms(), BACK_WITHIN)
    assert viewer.pusher.process.poll() is None


def test_a_camera_that_never_comes_back_is_told_in_time(play: Play, own_cameras: Cameras) -> None:
    port = free_port()
    camera = own_cameras(port, "baseline")
    viewer = play(f"rtsp://127.0.0.1:{port}/baseline", RECONNECT_SECONDS="3")
    viewer.frame()
    camera.stop()
    ended = viewer.pusher.ended(PACKET_TIMEOUT + 3 + CONNECT_TIMEOUT)
    assert ended["code"] in {"source_stalled", "source_unreachable"}
