"""Drift is told from what merely moves while one looks."""

from __future__ import annotations

from typing import Any

from bench.load.beliefs import LEASE, SEEN, Drift, Look, drift


def look(at: float = 100.0, **said: Any) -> Look:
    held, leaving = frozenset(said.get("held", ())), frozenset(said.get("leaving", ()))
    return Look(at, held, leaving, said.get("reserving", 0), said.get("crashed", {}))


def rows(*leases: str) -> frozenset[str]:
    return frozenset(leases)


def test_the_same_on_both_sides_is_no_drift():
    assert drift(look(held=["a", "b"]), rows("a", "b"), look(held=["a", "b"])) == Drift()


def test_a_lease_that_we_hold_and_no_row_has_is_lost():
    assert drift(look(held=["a", "b"]), rows("a"), look(held=["a", "b"])) == Drift(lost=("b",))


def test_a_row_of_nobody_is_a_ghost():
    assert drift(look(held=["a"]), rows("a", "b"), look(held=["a"])) == Drift(ghosts=("b",))


def test_what_comes_or_goes_between_the_looks_may_be_on_either_side():
    before, after = look(held=["goes"]), look(held=["comes"], leaving=["goes"])
    for active in (rows(), rows("goes"), rows("comes"), rows("goes", "comes")):
        assert drift(before, active, after) == Drift()


def test_a_row_may_be_ahead_of_as_many_answers_as_are_under_way():
    assert drift(look(), rows("new"), look(reserving=1)) == Drift()
    assert drift(look(), rows("new", "more"), look(reserving=1)).size == 2


def test_a_crashed_viewers_lease_stays_its_whole_time():
    crashed = {"a": (100.0, 100.1)}
    within = look(at=100.0 + LEASE - 0.1, crashed=crashed)
    assert drift(within, rows(), within) == Drift(lost=("a",))
    assert drift(within, rows("a"), within) == Drift()


def test_a_crashed_viewers_lease_is_gone_two_seconds_later():
    crashed = {"a": (100.0, 100.1)}
    late = look(at=100.1 + LEASE + SEEN, crashed=crashed)
    assert drift(late, rows("a"), late) == Drift(ghosts=("a",))
    assert drift(late, rows(), late) == Drift()
