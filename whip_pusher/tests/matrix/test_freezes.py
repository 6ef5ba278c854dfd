"""A camera that freezes without closing: the program gets it back by itself, or ends in time as stalled."""

from __future__ import annotations

import signal
import time

import pytest

from whip_pusher.tests.janus_sfu import free_port
from whip_pusher.tests.matrix.conftest import Cameras, Play
from whip_pusher.tests.matrix.cutting_proxy import CuttingProxy
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


def test_a_camera_that_hangs_up_again_and_again_is_let_rest_and_then_given_up(play: Play, odd_url: str) -> None:
    proxy = CuttingProxy(int(odd_url.rpartition(":")[2]), 3)
    viewer = play(f"rtsp://127.0.0.1:{proxy.port}/baseline", RECONNECT_SECONDS="25", LOSSES_PER_MINUTE="3")
    viewer.frame()
    ended = viewer.pusher.ended(30)
    proxy.stop()
    assert (ended["code"], "lost 4 times within a minute" in ended["detail"]) == ("source_stalled", True)
    # One for each loss, and one more where a connection was cut before it had a picture; without rests it were dozens.
    assert 4 <= proxy.connections <= 6
