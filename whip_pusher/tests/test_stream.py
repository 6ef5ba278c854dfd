"""From a real RTSP camera to a real WebRTC peer: the right picture arrives, soon, whatever the camera sends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deploy.demo.clock_strip import camera_number
from whip_pusher.tests.conftest import LOOPBACK
from whip_pusher.tests.programs import Program

pytestmark = pytest.mark.slow
Push = Callable[..., Program]


@pytest.mark.parametrize(
    ("mount", "codec", "mode", "width"),
    [
        ("cam-001-sheikh-zayed", "h264", "passthrough", 1280),
        ("cam-002-metro-station", "h265", "transcode", 640),
        ("cam-003-parking-deira", "h264", "passthrough", 1920),
        ("test-mjpeg", "mjpeg", "transcode", 640),
        ("test-b-frames", "h264", "transcode", 640),
    ],
)
def test_the_cameras_picture_arrives(
    push: Push, rtsp: str, receiver: Program, receiver_url: str, mount: str, codec: str, mode: str, width: int
) -> None:
    program = push(f"{rtsp}/{mount}", receiver_url, **LOOPBACK)
    assert program.wait_for("source")["mode"] == mode
    playing = program.wait_for("playing")
    frame = receiver.wait_for("frame", camera=camera_number(mount.removesuffix("-sub")))
    assert (playing["width"], frame["width"]) == (width, width)
    assert frame["age_ms"] < 5000
    assert f'"codec": "{codec}"' in "".join(program.output)
    assert program.terminate() < 2
    receiver.wait_for("deleted")


def test_credentials_in_the_url_open_a_guarded_camera(
    push: Push, rtsp: str, receiver: Program, receiver_url: str
) -> None:
    guarded = rtsp.replace("rtsp://", "rtsp://demo:p%40ss%3Aw%2F%C3%B6%20rd%2541@") + "/cam-004-taxi-airport-sub"
    program = push(guarded, receiver_url, **LOOPBACK)
    receiver.wait_for("frame", camera=camera_number("cam-004-taxi-airport"))
    program.terminate()
    receiver.wait_for("deleted")


def test_a_peer_that_dies_in_silence_is_a_lost_sfu(push: Push, rtsp: str) -> None:
    peer = Program("-m", "whip_pusher.tests.receiver", "key")
    program = push(f"{rtsp}/cam-001-sheikh-zayed", peer.wait_for("ready")["url"], "key", RTCP_TIMEOUT="2", **LOOPBACK)
    peer.wait_for("frame")
    peer.stop()
    assert program.ended(12)["code"] == "sfu_gone"
