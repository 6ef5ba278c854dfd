"""When a viewer had no picture, from what its page saw."""

from __future__ import annotations

import pytest

from bench.faults import gaps

STEADY = [10 + each / 5 for each in range(51)]  # from 10 to 20, five times a second


def test_a_picture_that_never_stops_was_never_lost():
    assert gaps.back_after(STEADY, since=12, over=13, until=20) == 0
    assert gaps.longest(STEADY, since=12, until=20) == pytest.approx(0.2)


def test_a_loss_is_counted_from_the_last_picture_and_healing_from_the_end_of_the_fault():
    seen = [at for at in STEADY if not 12.5 < at < 16.9]
    assert gaps.longest(seen, since=13, until=20) == pytest.approx(4.6)
    assert gaps.back_after(seen, since=13, over=14, until=20) == pytest.approx(3.0)


def test_of_several_losses_the_last_one_counts_for_healing_and_the_longest_as_gap():
    seen = [at for at in STEADY if not 12.1 < at < 15.9 and not 17.1 < at < 18.9]
    assert gaps.back_after(seen, since=12, over=12, until=20) == pytest.approx(7.0)
    assert gaps.longest(seen, since=12, until=20) == pytest.approx(4.0)


def test_a_viewer_that_stays_black_is_not_back():
    seen = [at for at in STEADY if at < 13]
    assert gaps.back_after(seen, since=12.9, over=13, until=20) is None


def test_a_viewer_that_never_saw_anything_is_not_back_and_its_gap_is_all_the_time():
    assert gaps.back_after([], since=12, over=13, until=20) is None
    assert gaps.longest([], since=12, until=20) == 8


def test_somebody_who_comes_during_the_fault_is_black_since_its_beginning():
    assert gaps.back_after([16.0, *[at for at in STEADY if at > 16]], since=12, over=13, until=20) == pytest.approx(3.0)


def test_a_picture_that_came_back_while_the_fault_lasted_needs_no_healing():
    seen = [at for at in STEADY if not 12.1 < at < 13.9]
    assert gaps.back_after(seen, since=12, over=16, until=20) == 0
