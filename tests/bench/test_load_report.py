"""The load's table: its verdicts, and a row without values."""

from __future__ import annotations

from bench.load import report
from bench.load.report import Line
from bench.load.rows import Written


def test_a_p95_at_the_limit_holds_and_one_above_it_does_not():
    values = [10.0] * 94 + [40.0] * 6
    assert Line("heartbeat", values, "ms", 40.0).holds
    assert not Line("heartbeat", values, "ms", 39.0).holds


def test_a_figure_that_was_asked_for_and_never_measured_does_not_hold():
    assert not Line("heartbeat", [], "ms", 40.0).holds
    assert Line("release", [], "ms").holds


def test_the_table_shows_verdicts_and_dashes():
    shown = report.table([Line("a", [1.0, 90.0], "ms", 80.0), Line("b", [], "s")]).splitlines()
    assert shown[2].endswith("OVER")
    assert "–" in shown[3]


def test_web_and_workers_count_together_by_the_mean():
    lines = report.cpu({"web": [10.0, 90.0], "worker": [20.0, 60.0], "redis": [500.0, 500.0]}, ["web"], ["worker"])
    assert lines[0].values == [10.0, 90.0]
    assert lines[-1].values == [90.0]
    assert lines[-1].holds
    assert not report.cpu({"web": [100.0, 101.0]}, ["web"], [])[-1].holds


def test_rows_are_counted_by_the_hour_and_idle_tables_left_out():
    (line,) = report.written({"idle": Written(0, 0, 0, 0), "busy": Written(2, 10, 1, 5)}, 36.0)
    assert line.name == "written an hour: busy, 50% of its updates hot"
    assert line.cells()[1:] == ("", "1,300", "1,300", "1,300", "1,300", "1", "")


def test_no_drift_is_a_row_of_its_own_and_any_at_all_is_over():
    assert report.drift([0.0] * 40).cells()[1:] == ("max ≤ 0", "0", "0", "0", "0", "40", "ok")
    assert report.drift([0.0] * 39 + [1.0]).cells()[-1] == "OVER"
    assert not report.drift([]).holds  # never looked at
