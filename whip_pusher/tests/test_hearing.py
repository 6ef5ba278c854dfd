"""The matrix's ear tells a test tone from silence and from noise."""

from __future__ import annotations

import array
import math
import random

import pytest

from whip_pusher.tests.hearing import RATE, Ear


def heard(samples: list[float]) -> list[dict[str, int]]:
    return list(Ear().listen(array.array("h", map(round, samples)).tobytes()))


def test_a_tone_has_its_loudness_and_its_pitch() -> None:
    tone = [10_000 * math.sin(2 * math.pi * 440 * index / RATE) for index in range(RATE)]
    for window in heard(tone):
        assert window["rms"] == pytest.approx(7071, rel=0.01)
        assert window["hz"] == pytest.approx(440, abs=2)


def test_silence_is_not_loud() -> None:
    assert heard([0] * RATE) == [{"rms": 0, "hz": 0}] * 2


def test_noise_has_not_the_pitch_of_the_tone() -> None:
    dice = random.Random(1)
    assert all(window["hz"] > 1000 for window in heard([dice.gauss(0, 5000) for _ in range(RATE)]))


def test_half_a_window_waits_for_its_rest() -> None:
    assert not heard([1] * (RATE // 4))
