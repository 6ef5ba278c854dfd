"""When a stream that passes needs to be seen frame by frame, and when keyframes and counts are enough."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from whip_pusher.attention import Attention
from whip_pusher.tests.test_h264 import B_FRAMES, PLAIN, SILENT, TEN_BITS
from whip_pusher.tests.test_reading import keyframe

FPS, GOP = 25, 25


@dataclass
class Unit:
    """As much of a Gst.Buffer as is asked for."""

    pts: int
    beginning: bytes = b""

    def get_size(self) -> int:
        return 10_000

    def extract_dup(self, offset: int, size: int) -> bytes:
        return self.beginning[offset : offset + size]


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock's time, to be moved on."""
    at = [1000.0]
    monkeypatch.setattr("whip_pusher.attention.time.monotonic", lambda: at[0])
    return at


def seen(now: list[float], sps: str, *, seconds: float, judged: bool = True) -> Attention:
    """What a stream is that was watched for some seconds."""
    made = Attention(judged=judged)
    made.look._clock = lambda: now[0]
    for number in range(round(seconds * FPS)):
        head = number % GOP == 0
        made.see(Unit(number * 40_000_000, keyframe(sps) if head else b""), keyframe=head)
        now[0] += 1 / FPS
    return made


def test_after_three_seconds_it_may_rest(now: list[float]) -> None:
    assert not seen(now, PLAIN, seconds=2.9).may_rest
    assert seen(now, PLAIN, seconds=3.2).may_rest


@pytest.mark.parametrize("sps", [SILENT, B_FRAMES, TEN_BITS])
def test_never_while_frames_may_turn_out_to_be_reordered_or_must_be_held_back(now: list[float], sps: str) -> None:
    assert not seen(now, sps, seconds=20).may_rest


def test_what_is_passed_on_by_order_is_not_judged(now: list[float]) -> None:
    assert seen(now, SILENT, seconds=4, judged=False).may_rest


def test_at_a_keyframe_with_other_parameter_sets_it_wakes(now: list[float]) -> None:
    resting = seen(now, PLAIN, seconds=4)
    assert not resting.head(Unit(10**9, keyframe(PLAIN)))
    assert resting.may_rest
    assert not resting.head(Unit(2 * 10**9, keyframe(SILENT)))
    assert not resting.may_rest
    assert resting.head(Unit(3 * 10**9, keyframe(B_FRAMES))), "unfit, and told so"


def test_a_pause_of_the_source_wakes_it(now: list[float]) -> None:
    resting = seen(now, PLAIN, seconds=4)
    now[0] += 5
    resting.count(3, 30_000)
    assert not resting.may_rest


def test_keyframes_are_counted_with_what_came_between(now: list[float]) -> None:
    resting = seen(now, PLAIN, seconds=4)
    for second in range(4, 10):
        resting.head(Unit(second * 1_000_000_000, keyframe(PLAIN)))
        now[0] += 1
        resting.count(FPS, FPS * 10_000)
    assert resting.look.gop_seconds == pytest.approx(1)
    assert resting.look.bitrate_kbps == pytest.approx(2000, rel=0.01)
