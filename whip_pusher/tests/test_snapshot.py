"""One keyframe as JPEG, or the same exit codes as the stream's."""

from __future__ import annotations

import struct

import pytest

from whip_pusher.exits import Exit
from whip_pusher.tests.janus_sfu import free_port
from whip_pusher.tests.programs import take_snapshot

pytestmark = pytest.mark.slow


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height from the frame header."""
    at = 2
    while data[at + 1] not in {0xC0, 0xC1, 0xC2}:
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    height, width = struct.unpack(">HH", data[at + 5 : at + 9])
    return width, height


@pytest.mark.parametrize(
    ("mount", "flags", "size"),
    [
        ("cam-001-sheikh-zayed", (), (1280, 720)),
        ("cam-002-metro-station", (), (640, 360)),
        ("cam-003-parking-deira", ("--width", "480"), (480, 270)),
        ("test-mjpeg", (), (640, 360)),
    ],
)
def test_a_picture_of_a_live_camera(rtsp: str, mount: str, flags: tuple[str, ...], size: tuple[int, int]) -> None:
    done = take_snapshot(f"{rtsp}/{mount}\n", *flags)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"\xff\xd8\xff")
    assert jpeg_size(done.stdout) == size


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/cam-004-taxi-airport", Exit.SOURCE_UNAUTHORISED),
        ("/cam-005-offline", Exit.SOURCE_UNREACHABLE),
        ("/test-audio-only", Exit.SOURCE_NOT_VIDEO),
    ],
)
def test_no_picture_has_a_reason(rtsp: str, path: str, code: Exit) -> None:
    done = take_snapshot(rtsp.replace("rtsp://", "rtsp://demo:wr0ngpass@") + path)
    assert (done.returncode, done.stdout) == (code, b"")
    assert b"wr0ngpass" not in done.stderr
    assert code.word.encode() in done.stderr


def test_bad_input_is_refused() -> None:
    assert take_snapshot("").returncode == Exit.RTSP_URL_MISSING
    assert take_snapshot("file:///etc/passwd").returncode == Exit.BAD_SETTING
    assert take_snapshot("rtsp://127.0.0.1/", "--width", "1").returncode == Exit.BAD_SETTING
    assert take_snapshot(f"rtsp://127.0.0.1:{free_port()}/").returncode == Exit.SOURCE_UNREACHABLE
