"""The table of the fan-out, and what is said below it."""

from __future__ import annotations

from bench.fanout import report
from bench.fanout.cases import CASES, ONE, TEN
from bench.fanout.run import Outcome
from bench.fanout.verdict import Step
from bench.fanout.watcher import ZERO, until_zero


def step(column: str, asked: int) -> Step:
    found = Step(column, asked, cameras=1, fps=25, media_after=1.25, frames=[25.0] * asked, late=[7.0, 9.0])
    there = {"by_lease": {"a": asked}, "by_room": {"a": asked}, "by_publisher": {"a": 1}}
    found.world = there | {"pushers": 1, "streams": 1}
    return found


def test_each_step_is_a_column_and_all_are_aligned() -> None:
    lines = report.table([step("1 × 25", 25), step("1 × 100", 100)]).splitlines()
    assert lines[0].endswith("   1 × 25  1 × 100")
    assert [line.split()[-2:] for line in lines if line.startswith("viewers in")] == [["25/25", "100/100"]]
    assert len({len(line) for line in lines[2:]} | {len(lines[0])}) == 1


def test_a_step_without_media_is_told_as_never() -> None:
    none = Step("1 × 1", 1, cameras=1, fps=25)
    none.world = {"by_lease": {}, "by_room": {}, "by_publisher": {}, "pushers": 0, "streams": 0}
    assert "never" in report.table([none])


def test_what_is_broken_and_what_was_refused_is_said() -> None:
    outcome = Outcome(ONE, [step("1 × 25", 25)], gone={"leases": 0.5}, broken=["1 peers left"], errors=["join Refused"])
    words = "\n".join(report.words(outcome, 2))
    assert "holds 1 × 25" in words
    assert "leases 0.5" in words
    assert "BROKEN: 1 peers left" in words
    assert "refused: join Refused" in words


def test_a_case_without_any_step_can_be_told() -> None:
    assert report.words(Outcome(TEN), 2)[0].endswith("not measured")


def test_what_comes_back_was_not_gone() -> None:
    looks = iter([dict.fromkeys(ZERO, 0) | {"rooms": 1, "peers": 0}, dict.fromkeys(ZERO, 0) | {"rooms": 1, "peers": 2}])
    last = dict.fromkeys(ZERO, 0)
    since, left = until_zero(lambda: next(looks, last), 10.0)
    assert left == {}
    assert since["leases"] < since["peers"] == since["rooms"]


def test_what_stays_is_left() -> None:
    _, left = until_zero(lambda: dict.fromkeys(ZERO, 0) | {"pushers": 3}, 0.0)
    assert left == {"pushers": 3}


def test_the_cases_end_at_a_hundred_viewers_and_never_above_a_camera_s_limit() -> None:
    assert [case.steps[-1] for case in CASES.values()] == [100, 100]
    assert (len(ONE.cameras), len(TEN.cameras)) == (1, 10)
