"""When everything held again, from what each look found."""

from __future__ import annotations

from bench.faults.healing import Looks

BAD = ["pusher_missing cam-006-demo"]


def test_nothing_ever_broken_is_healed_at_once():
    assert Looks([(10.5, []), (11.0, [])]).held_since(over=10) == 0


def test_it_holds_from_the_first_look_after_the_last_breach():
    assert Looks([(10.5, BAD), (11.0, []), (11.5, BAD), (12.0, []), (12.5, [])]).held_since(over=10) == 2


def test_one_good_look_is_not_enough():
    looks = Looks([(10.5, BAD), (11.0, [])])
    assert not looks.holds()
    assert looks.held_since(over=10) is None


def test_a_relapse_at_the_end_is_not_healed_and_says_what_is_broken():
    looks = Looks([(10.5, []), (11.0, []), (11.5, BAD)])
    assert looks.held_since(over=10) is None
    assert looks.last_broken == BAD
