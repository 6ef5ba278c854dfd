"""What is concluded from what a probe saw."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from whip_pusher.exits import Exit
from whip_pusher.looking import Limits, Look
from whip_pusher.probe_report import report
from whip_pusher.rtsp_options import Greeting
from whip_pusher.seen import Seen

# 320x240, without B-frames, by x264.
BASELINE = base64.b64decode("Z0LADdoFB+wFqDAwNSgAAAMACAAAAwGUeKFV")
SDP = "v=0\nm=video 0 RTP/AVP 96\na=rtpmap:96 {video}/90000\n"
LIMITS = Limits()


def avcc(sps: bytes) -> bytes:
    return b"\x01" + sps[1:4] + b"\xff\xe1" + len(sps).to_bytes(2, "big") + sps + b"\x01\x00\x00"


def seen(
    *, fps: int = 25, gop: int = 25, size: int = 10_000, seconds: float = 3, backward: bool = False, **more: Any
) -> Seen:
    now = [0.0]
    look = Look(lambda: now[0])
    for number in range(round(fps * seconds)):
        now[0] += 1 / fps
        swing = (0, 2, 0, -1)[number % 4] / fps if backward else 0
        look.add(now[0] + swing, size, number % gop == 0)
    known = {"encoding": "H264", "sdp": SDP.format(video="H264"), "described_ms": 40, "seconds": seconds, "rtcp": True}
    return Seen(look=look, transport="tcp", **{**known, "sprop": base64.b64encode(BASELINE).decode(), **more})


def test_a_plain_camera_passes_without_a_warning() -> None:
    verdict = report(seen(picture={"width": 320, "height": 240, "profile": "baseline", "level": "1.3"}), LIMITS)
    assert (verdict["ok"], verdict["exit_code"], verdict["warnings"]) == (True, 0, [])
    assert verdict["video"] == {
        **{"codec": "h264", "profile": "baseline", "level": "1.3", "width": 320, "height": 240},
        **{"fps": 25.0, "bitrate_kbps": 2000, "gop_seconds": 1.0, "gop_known": True, "b_frames": False},
        **{"mode": "passthrough", "why": "h264"},
    }


@pytest.mark.parametrize(
    ("camera", "mode", "warnings"),
    [
        ({"gop": 75, "seconds": 4}, "passthrough", ["gop_over_2s"]),
        ({"gop": 250, "seconds": 4.5}, "transcode", ["long_gop", "transcoded"]),
        ({"size": 50_000, "seconds": 4}, "transcode", ["bitrate", "transcoded"]),
        ({"encoding": "H265", "sdp": SDP.format(video="H265")}, "transcode", ["transcoded"]),
        ({"fps": 2, "gop": 2}, "passthrough", ["low_fps"]),
        ({"picture": {"interlace-mode": "mixed"}}, "passthrough", ["interlaced"]),
        ({"described_ms": 2500}, "passthrough", ["slow_answer"]),
        ({"rtcp": False}, "passthrough", []),
        ({"rtcp": False, "seconds": 12}, "passthrough", ["no_rtcp"]),
        ({"sdp": SDP.format(video="H264") * 2}, "passthrough", ["several_videos"]),
        ({"sdp": SDP.format(video="H264") + "m=audio 0 RTP/AVP 18\n"}, "passthrough", ["audio_refused"]),
    ],
)
def test_what_an_operator_should_know_is_a_code(camera: dict[str, Any], mode: str, warnings: list[str]) -> None:
    verdict = report(seen(**camera), LIMITS)
    assert (verdict["video"]["mode"], verdict["warnings"]) == (mode, warnings)


def test_frames_that_go_backwards_are_b_frames_whatever_the_sps_leaves_open() -> None:
    verdict = report(seen(backward=True, sprop=""), LIMITS)
    assert (verdict["video"]["b_frames"], verdict["video"]["why"]) == (True, "b_frames")


def test_the_streams_own_parameter_sets_stand_in_for_the_sdps() -> None:
    camera = seen(sprop="", seconds=0.3, parameter_sets=avcc(BASELINE))
    verdict = report(camera, LIMITS)
    assert (verdict["video"]["b_frames"], verdict["warnings"]) == (False, ["no_parameter_sets"])


def test_too_few_frames_leave_their_order_open() -> None:
    assert report(seen(sprop="", seconds=0.3), LIMITS)["video"]["b_frames"] is None


@pytest.mark.parametrize("record", [b"", b"\x01", b"\x01\x42\xc0\x0d\xff\xe0\x00\x00", b"\xff" * 9])
def test_broken_parameter_sets_are_no_error(record: bytes) -> None:
    assert report(seen(parameter_sets=record), LIMITS)["ok"]


def test_why_a_camera_cannot_be_watched_is_the_pushers_own_code() -> None:
    camera = Seen(failed=(Exit.SOURCE_UNAUTHORISED, "Unauthorized"), greeting=Greeting(True, "cam/1.0"))
    verdict = report(camera, LIMITS)
    assert (verdict["ok"], verdict["code"], verdict["exit_code"]) == (False, "source_unauthorised", 11)
    assert (verdict["reachable"], verdict["server"], verdict["video"]) == (True, "cam/1.0", None)


@pytest.mark.parametrize(
    ("line", "fate"),
    [
        ("0 RTP/AVP 0", {"codec": "pcmu", "rate": 8000, "channels": 1, "would_be": "pass"}),
        (
            "0 RTP/AVP 97\na=rtpmap:97 mpeg4-generic/16000/2",
            {"codec": "aac", "rate": 16000, "channels": 2, "would_be": "opus"},
        ),
        ("0 RTP/AVP 18", {"codec": "g729", "rate": 8000, "channels": 1, "would_be": "none"}),
    ],
)
def test_sound_is_told_with_what_becomes_of_it(line: str, fate: dict[str, Any]) -> None:
    assert report(seen(sdp=SDP.format(video="H264") + f"m=audio {line}\n"), LIMITS)["audio"] == fate
