"""A rate is kept on the average, and jitter is not punished."""

from __future__ import annotations

import random

from whip_pusher.pace import Pace


def kept(arrivals: list[float], fps: float) -> int:
    pace = Pace(fps)
    return sum(pace.keep(now) for now in arrivals)


def test_a_slower_camera_loses_nothing_by_jitter() -> None:
    dice = random.Random(1)
    assert kept([n / 25 + dice.uniform(0, 0.015) for n in range(500)], 25) == 500


def test_a_faster_camera_is_thinned_to_the_rate() -> None:
    assert 249 <= kept([n / 60 for n in range(600)], 25) <= 252
    assert 249 <= kept([n / 30 for n in range(300)], 25) <= 252


def test_a_pause_is_not_made_up_for() -> None:
    assert kept([0, 100] + [100.001] * 50, 25) <= 3
