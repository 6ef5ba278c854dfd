"""Who watches what in the load."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from bench.load.churn import COLD, SHORTEST, Agency, Choice, Exit, exit_of, stay

CAMERAS = [f"cam-{number}" for number in range(20)]


@pytest.fixture
def choice() -> Choice:
    return Choice(Agency("METRO", 20, CAMERAS, []), random.Random(1))


def test_whoever_wants_a_new_camera_gets_one_that_nobody_watches(choice: Choice):
    assert sorted(choice.come(0, new=True) for _ in CAMERAS) == sorted(CAMERAS)


def test_where_all_are_watched_a_new_one_is_one_of_them(choice: Choice):
    for _ in CAMERAS:
        choice.come(0, new=True)
    assert choice.come(0, new=True) in CAMERAS


def test_a_camera_that_is_still_draining_is_not_new(choice: Choice):
    for _ in CAMERAS:
        choice.come(0, new=True)
    choice.go(CAMERAS[19], 100)
    choice.go(CAMERAS[7], 100 + COLD - 1)
    assert choice.come(100 + COLD, new=True) == CAMERAS[19]


def test_the_first_cameras_are_the_most_popular(choice: Choice):
    chosen = Counter(choice.come(0, new=False) for _ in range(5000))
    assert chosen[CAMERAS[0]] > 2 * chosen[CAMERAS[19]] > 0


def test_a_visit_lasts_as_long_as_asked_on_the_average():
    chance = random.Random(1)
    stays = [stay(chance, 300) for _ in range(5000)]
    assert min(stays) >= SHORTEST
    assert 285 < sum(stays) / len(stays) < 315


def test_most_leave_politely_and_some_crash_both_ways():
    chance = random.Random(1)
    exits = Counter(exit_of(chance) for _ in range(5000))
    assert exits[Exit.RELEASE] > 4300
    assert min(exits[Exit.CRASH], exits[Exit.HANG]) > 150
