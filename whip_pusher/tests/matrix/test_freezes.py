"""A camera that freezes without closing: the program gets it back by itself, or ends in time as stalled."""

from __future__ import annotations

import signal
import time

import pytest

from whip_pusher.tests.janus_sfu import free_port
from whip_pusher.tests.matrix.conftest import Cameras, Play
from whip_pusher.tests.matrix.viewer import now_ms

pytestmark = pytest.mark.slow
PACKET_TIMEOUT, CONNECT_TIMEOUT = 2, 3  # seconds
SHORT = {"PACKET_TIMEOUT": str(PACKET_TIMEOUT), "CONNECT_TIMEOUT": str(CONNECT_TIMEOUT)}
BACK_WITHIN = 3  # seconds, from the camera's return to its picture


def test_a_camera_that_freezes_for_good_is_a_stall(play: Play, own_cameras: Cameras) -> None:
    port = free_port()
    camera = own_cameras(port, "baseline")
    viewer = play(f"rtsp://127.0.0.1:{port}/baseline", RECONNECT_SECONDS="3", **SHORT)
    viewer.frame()
    camera.freeze()
    assert viewer.pusher.ended(PACKET_TIMEOUT + 3 + CONNECT_TIMEOUT)["code"] == "source_stalled"


def test_a_camera_that_thaws_is_played_on_by_the_same_process(play: Play, own_cameras: Cameras) -> None:
    port = free_port()
    camera = own_cameras(port, "baseline")
    viewer = play(f"rtsp://127.0.0.1:{port}/baseline", RECONNECT_SECONDS="15", **SHORT)
    viewer.frame()
    camera.freeze()
    time.sleep(PACKET_TIMEOUT + 2)
    camera.process.send_signal(signal.SIGCONT)
    viewer.frame_after(now_ms(), BACK_WITHIN)
    assert viewer.longest_gap(2) < 1
    assert viewer.pusher.process.poll() is None
