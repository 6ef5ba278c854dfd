"""What a step of the fan-out is judged by."""

from __future__ import annotations

from typing import Any

from bench.fanout.meter import Spent
from bench.fanout.verdict import Step, breaches, conclusion, ran_out


def step(asked: int = 4, *, frames: list[float] | None = None, column: str = "1 × 4", **world: Any) -> Step:
    told = {"by_lease": {"a": asked}, "by_room": {"a": asked}, "by_publisher": {"a": 1}, "pushers": 1, "streams": 1}
    found = Step(column, asked, cameras=1, fps=25, frames=[25.0] * asked if frames is None else frames)
    found.world = told | world
    return found


def test_rooms_leases_and_pushers_that_agree_break_nothing() -> None:
    assert list(breaches(step())) == []


def test_a_viewer_without_a_lease_and_a_lease_without_a_viewer_are_told() -> None:
    two: dict[str, Any] = {"pushers": 2, "streams": 2, "by_publisher": {"a": 1, "b": 1}}
    found = list(breaches(step(by_lease={"a": 4, "b": 1}, by_room={"a": 5}, **two)))
    assert found == ["a: 5 viewers in the room, 4 leases", "b: 0 viewers in the room, 1 leases"]


def test_a_pusher_too_many_is_told() -> None:
    assert list(breaches(step(pushers=2))) == ["2 pushers, 1 cameras watched"]


def test_a_step_holds_where_the_fifth_of_a_hundred_has_95_percent_of_the_frames() -> None:
    assert step(100, frames=[20.0] * 4 + [23.75] * 96).holds
    assert not step(100, frames=[20.0] * 5 + [25.0] * 95).holds


def test_a_viewer_that_is_missing_in_the_room_does_not_hold() -> None:
    assert not step(by_room={"a": 3}).holds


def test_no_frames_at_all_do_not_hold() -> None:
    assert not step(frames=[]).holds


def test_a_full_machine_is_named_with_who_needs_most() -> None:
    spent = Spent(cpu={"Janus": 90.0, "web": 5.0}, machine=99.0, others=95.0)
    words = ran_out(spent, 2)
    assert words == "the processor: 2 cores 99 % busy: other programs 95 %, Janus 90 %, web 5 %"


def test_a_full_thread_is_named_where_the_machine_has_room() -> None:
    spent = Spent(cpu={"Janus": 97.0}, thread={"Janus": 97.0, "web": 2.0}, machine=55.0)
    assert ran_out(spent, 2) == "a thread that needs a core to itself: Janus (97 % of a core)"


def test_where_nothing_is_full_the_processor_is_not_blamed() -> None:
    assert ran_out(Spent(machine=40.0), 2).startswith("not the processor (40 % busy")


def test_the_most_that_holds_is_told_with_what_ran_out_after_it() -> None:
    good, bad = step(), step(frames=[1.0] * 4, column="1 × 8")
    assert conclusion([good], 2) == "holds 1 × 4"
    assert conclusion([good, bad], 2).startswith("holds 1 × 4; at 1 × 8 ran out not the processor")
    assert conclusion([bad], 2).startswith("holds not even 1 × 8")
