"""The decision between passthrough and transcoding, and the descriptions that follow from it."""

from __future__ import annotations

import base64

import pytest

from whip_pusher import pipeline
from whip_pusher.encoders import PROFILES, EncoderSettings
from whip_pusher.h264 import from_sprop

# Real parameter sets: x264 through GStreamer's rtph264pay.
BASELINE_720P = "Z0LAH9oBQBbsBagICAoAAAMAAgAAAwBlHjBlQA==,aM4PyA=="


@pytest.mark.parametrize(
    ("encoding", "requested", "mode", "why"),
    [
        ("H264", "auto", "passthrough", "h264"),
        ("H264", "transcode", "transcode", "requested"),
        ("H265", "auto", "transcode", "not_h264"),
        ("H265", "passthrough", "transcode", "not_h264"),
        ("JPEG", "auto", "transcode", "not_h264"),
    ],
)
def test_h264_passes_and_everything_else_is_transcoded(encoding: str, requested: str, mode: str, why: str) -> None:
    plan = pipeline.plan(encoding, "", requested)
    assert plan is not None
    assert (plan.mode, plan.why) == (mode, why)


def test_unknown_codecs_have_no_plan() -> None:
    assert pipeline.plan("X-SV3V-ES", "", "auto") is None


@pytest.mark.parametrize("sprop", ["", "garbage", "Z0I=", base64.b64encode(b"\x67\x64" * 3).decode()])
def test_unreadable_parameter_sets_only_mean_watching(sprop: str) -> None:
    plan = pipeline.plan("H264", sprop, "auto")
    assert plan is not None
    assert plan.mode == "passthrough"
    assert plan.watch_reordering


def test_passthrough_never_decodes() -> None:
    plan = pipeline.Plan("H264", "passthrough", "h264")
    head = pipeline.head(plan, EncoderSettings(), ("high",))
    assert "h264parse name=parse config-interval=-1" in head
    assert "avdec" not in head
    assert "x264enc" not in head


def test_passthrough_feeds_two_layers_from_one_parser() -> None:
    head = pipeline.head(pipeline.Plan("H264", "passthrough", "h264"), EncoderSettings(), ("high", "low"))
    assert head.count("h264parse") == 1
    assert all(word in head for word in ("name=out_high", "name=out_low"))


def test_transcoding_makes_constrained_baseline_without_delay() -> None:
    head = pipeline.head(pipeline.Plan("H265", "transcode", "not_h264"), EncoderSettings(), ("high",))
    wanted = ("rtph265depay", "avdec_h265", "format=I420", "zerolatency", "ultrafast", "bitrate=1500", "bframes=0")
    assert all(word in head for word in (*wanted, "profile=constrained-baseline"))


def test_a_profile_caps_size_and_bitrate() -> None:
    settings = EncoderSettings(profile=PROFILES["360p"], threads=2, speed="veryfast")
    head = pipeline.head(pipeline.Plan("JPEG", "transcode", "not_h264"), settings, ("high",))
    wanted = ("width=[2,640,2]", "height=[2,360,2]", "bitrate=500", "threads=2", "speed-preset=veryfast")
    assert all(word in head for word in wanted)


def test_two_layers_come_from_one_decoder() -> None:
    plan = pipeline.Plan("H265", "transcode", "not_h264")
    head = pipeline.head(plan, EncoderSettings(profile=PROFILES["1080p"]), ("high", "low"))
    assert head.count("avdec_h265") == 1
    assert all(word in head for word in ("encoder_high", "bitrate=3000", "encoder_low", "bitrate=500", "name=out_low"))


def test_the_offer_is_the_same_whatever_the_camera_sends() -> None:
    caps = pipeline.offer_caps(7, "cam-1 video")
    assert "packetization-mode=(string)1" in caps
    assert "profile" not in caps, "the payloader would refuse every SPS of another one"
    assert "packetization-mode=(string)1" in caps
    assert "level-asymmetry-allowed=(string)1" in caps
    assert 'a-msid=(string)"cam-1 video"' in caps


def test_a_parameter_set_of_a_720p_camera_is_read() -> None:
    sps = from_sprop(BASELINE_720P)
    assert sps is not None
    assert (sps.width, sps.height, sps.profile, sps.reorders) == (1280, 720, 66, False)
