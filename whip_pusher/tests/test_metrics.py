"""The page that Prometheus reads."""

from __future__ import annotations

import re

from whip_pusher.metrics import METRICS, render

LINE = re.compile(r'^whip_pusher_[a-z_]+\{camera_id="[^"]*"(,[a-z_]+="(\\.|[^"\\])*")*\} -?[0-9.e+-]+$')


def page(**told: object) -> list[str]:
    return render({"camera_id": "cam-1", **told}, healthy=True, state="playing").splitlines()


def test_every_line_is_a_sample_with_help_and_type_before_it() -> None:
    lines = page(**{metric.key: 5 for metric in METRICS}, codec="h264", mode="passthrough", why="h264")
    samples = [line for line in lines if not line.startswith("#")]
    assert samples
    assert [line for line in samples if not LINE.match(line)] == []
    named = {line.split("{", maxsplit=1)[0] for line in samples}
    assert {line.split()[2] for line in lines if line.startswith("# TYPE")} == named
    assert {line.split()[2] for line in lines if line.startswith("# HELP")} == named


def test_figures_are_told_in_base_units() -> None:
    lines = page(bitrate_kbps=2000, rtt_ms=12.5, generation="7")
    assert 'whip_pusher_bitrate_bits_per_second{camera_id="cam-1"} 2000000' in lines
    assert 'whip_pusher_round_trip_seconds{camera_id="cam-1"} 0.0125' in lines
    assert 'whip_pusher_generation{camera_id="cam-1"} 7' in lines


def test_large_counters_keep_their_last_digit() -> None:
    assert 'whip_pusher_sent_bytes_total{camera_id="cam-1"} 123456789012345' in page(bytes_sent=123_456_789_012_345)


def test_layers_are_told_apart() -> None:
    lines = page(fps={"high": 25.0, "low": 12.5}, codec={"high": "h265", "low": "h264"}, mode={"low": "passthrough"})
    assert 'whip_pusher_frames_per_second{camera_id="cam-1",layer="high"} 25' in lines
    assert 'whip_pusher_frames_per_second{camera_id="cam-1",layer="low"} 12.5' in lines
    low = 'whip_pusher_stream_info{camera_id="cam-1",layer="low",codec="h264",mode="passthrough",why=""} 1'
    assert low in lines


def test_what_is_not_known_is_not_there() -> None:
    lines = page(rtt_ms=None, fps=float("nan"), gop_seconds={"high": None}, nonsense=object(), packets_lost="many")
    assert not re.search("round_trip|frames_per|gop|nonsense|lost", "\n".join(lines))


def test_texts_cannot_break_out_of_their_label() -> None:
    lines = render({"camera_id": 'a"} 1\nevil 2\\'}, healthy=False, state="stuck").splitlines()
    assert not [line for line in lines if line.startswith("evil")]
    assert r'whip_pusher_healthy{camera_id="a\"} 1\nevil 2\\"} 0' in lines
