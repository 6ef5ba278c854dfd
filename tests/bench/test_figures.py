"""Rows of the bench: when they hold, and how the table shows them."""

from __future__ import annotations

from collections.abc import Sequence

from bench.figures import Row, medians, table


def row(values: Sequence[float], **fields) -> Row:
    return Row(name="a row", values=values, unit="ms", **fields)


def test_a_row_that_is_asked_for_two_points_holds_only_where_both_do():
    asked = {"limit": 60, "limit_p95": 90}
    assert row([50] * 19 + [80, 200], **asked).verdict == "ok"
    assert row([50] * 10 + [95] * 9, **asked).verdict == "OVER"
    assert row([61] * 20, **asked).verdict == "OVER"


def test_what_is_asked_names_the_points_and_the_unit():
    assert row([1], limit=60, limit_p95=90).asked == "p50 ≤ 60, p95 ≤ 90 ms"
    assert row([1], limit=60, at="p95").asked == "p95 ≤ 60 ms"
    assert row([1]).asked == ""


def test_rows_of_a_group_stand_below_its_name():
    found = [row([1], group="cold"), row([2], group="cold", note="why"), row([3], group="glass")]
    text = [line.split("  ")[0] for line in table(found).splitlines()[2:] if line]
    assert text == ["[cold]", "a row", "a row", "", "[glass]", "a row"]


def test_a_step_that_happened_only_sometimes_has_the_median_of_those_times():
    assert medians([{"a": 1, "b": 5}, {"a": 3}, {"a": 2}], ("b", "a", "c")) == {"b": 5, "a": 2}
