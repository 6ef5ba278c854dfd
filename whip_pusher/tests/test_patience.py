"""How long and how often what was lost is tried again."""

from __future__ import annotations

import itertools

from whip_pusher.exits import Exit
from whip_pusher.patience import LONGEST_REST, Patience

CODE = Exit.SOURCE_STALLED


def patience(most: int = 10) -> Patience:
    return Patience(25, most, first=0.3, longest=1.0)


def test_an_absence_has_its_time() -> None:
    held = patience()
    assert held.lose(100, CODE, "silent")
    assert (held.left(124.9), held.left(125.1)) == (True, False)


def test_a_failed_try_begins_no_absence_and_changes_no_reason() -> None:
    held = patience()
    held.lose(100, CODE, "silent")
    assert not held.lose(101, Exit.SOURCE_UNREACHABLE, "refused")
    assert held.lost is not None
    assert held.lost.code is CODE


def test_tries_become_rarer_within_an_absence() -> None:
    held = patience()
    held.lose(100, CODE, "silent")
    assert [held.pause() for _ in range(4)] == [0.3, 0.6, 1.0, 1.0]


def flap(held: Patience, every: float, times: int) -> list[float]:
    """The first pause of each loss of something that holds for `every` seconds."""
    pauses = []
    for now in itertools.islice(itertools.count(100.0, every), times):
        held.lose(now, CODE, "gone")
        pauses.append(held.pause())
        held.back(now)
    return pauses


def test_what_keeps_going_away_rests_longer_each_time() -> None:
    assert flap(patience(), 3, 6) == [0.3, 0.6, 1.2, 2.4, 4.8, LONGEST_REST]


def test_what_held_for_ten_seconds_is_forgiven() -> None:
    assert flap(patience(), 10, 4) == [0.3] * 4


def test_too_many_losses_within_a_minute_are_the_end() -> None:
    held = patience(most=3)
    flap(held, 5, 3)
    assert held.lose(115, CODE, "gone")
    assert not held.left(115)
    assert held.lost is not None
    assert held.lost.detail == "gone; lost 4 times within a minute"


def test_losses_of_the_last_minute_count_only() -> None:
    held = patience(most=3)
    flap(held, 25, 6)
    held.lose(250, CODE, "gone")
    assert held.left(250)
