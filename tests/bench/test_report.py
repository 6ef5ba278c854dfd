"""The table and its verdicts."""

from __future__ import annotations

import json

from bench.faults.fault import Outcome
from bench.faults.report import table

GOOD = Outcome("pusher", "kill -9 the pusher", healed=0.0, video=1.2, gap=1.5, bystander=0.3, done=True)
BAD = Outcome(
    "janus", "kill -9 Janus", healed=2.0, done=True, broken=["viewer sees nothing within 30 s"], notes=["a note"]
)


def test_each_fault_has_one_line_with_its_numbers_and_what_was_broken_below():
    lines = table([GOOD, BAD]).splitlines()
    assert " ".join(lines[2].split()) == "pusher kill -9 the pusher 0.0 s 1.2 s 1.5 s 0.3 s 0.0 ok"
    assert lines[3].endswith("BROKEN")
    assert lines[4:] == ["    broken: viewer sees nothing within 30 s", "    a note"]


def test_what_nobody_saw_has_no_number():
    assert table([BAD]).splitlines()[2].split().count("-") == 3


def test_one_broken_expectation_makes_the_verdict():
    assert (GOOD.verdict, BAD.verdict) == ("ok", "BROKEN")


def test_what_never_came_to_the_fault_is_no_finding_about_it():
    assert Outcome("pusher", "", broken=["Missed: the viewer's picture"]).verdict == "NOT DONE"


def test_an_outcome_is_readable_by_program():
    assert json.loads(json.dumps(BAD.as_json()))["verdict"] == "BROKEN"
