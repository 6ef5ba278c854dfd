"""Two results side by side, and when a row counts as worse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench import compare
from bench.figures import Row

CALM = [10.0, 10.5, 11.0]


def row(name: str, values: list[float], unit: str = "ms") -> dict[str, Any]:
    return Row(name=name, values=values, unit=unit, plane="janus").as_json()


def verdict(before: list[float], after: list[float]) -> tuple[list[str], bool]:
    (pair,) = compare.compare([row("a", before)], [row("a", after)]).pairs
    return pair.worse, pair.better


def test_what_grew_by_more_than_the_noise_and_its_spread_is_worse():
    assert verdict(CALM, [13.0, 13.5, 14.0]) == (["p50"], False)


def test_what_grew_within_what_was_measured_before_is_noise():
    assert verdict([10.0, 10.5, 20.0], [13.0, 13.5, 14.0]) == ([], False)


def test_what_grew_a_little_is_noise_however_calm_the_row_was():
    assert verdict([10.0, 10.0, 10.0], [11.0, 11.0, 11.0]) == ([], False)


def test_what_became_less_is_better():
    assert verdict([13.0, 13.5, 14.0], CALM) == ([], True)


def test_a_p95_is_judged_where_there_are_values_enough():
    few, many = [10.0] * 10, [10.0] * 40
    assert verdict(few, [10.0] * 9 + [30.0])[0] == []
    assert verdict(many, [10.0] * 36 + [30.0] * 4)[0] == ["p95"]


def test_rows_of_only_one_result_and_rows_with_another_unit_are_named_apart():
    found = compare.compare([row("a", CALM), row("b", CALM)], [row("b", CALM, "s"), row("c", CALM)])
    assert found.pairs == []
    assert found.gone == ["janus: a", "janus: b"]
    assert found.new == ["janus: b", "janus: c"]


def test_the_table_shows_the_difference_and_marks_what_is_worse():
    found = compare.compare([row("a", CALM), row("x", CALM)], [row("a", [21.0, 21.0, 22.0])])
    lines = compare.table(found).splitlines()
    assert " ".join(lines[2].split()) == "janus: a 10 ms 21 ms +100 % 11 ms 22 ms +100 % WORSE (p50)"
    assert lines[-1] == "only before: janus: x"


@pytest.fixture
def results(tmp_path: Path) -> list[Path]:
    """An old one, a good one, a worse one, and a soak's."""
    for name, values in (("1", [1.0]), ("2", CALM), ("3", [99.0]), ("pusher-soak-4", CALM)):
        found = {"before": {"at": "now", "load": [0, 0, 0]}, "rows": [row("a", values)]}
        (tmp_path / f"{name}.json").write_text(json.dumps(found))
    return [tmp_path / "2.json", tmp_path / "3.json"]


def test_the_newest_two_of_the_bench_are_taken(results: list[Path]):
    assert compare.newest(results[0].parent) == results


def test_the_exit_code_tells_that_something_is_worse_unless_it_must_not(results: list[Path], capsys):
    words = [str(path) for path in results]
    assert compare.main(words) == 1
    assert compare.main([*words, "--no-fail"]) == 0
    assert compare.main(list(reversed(words))) == 0
    assert "1 rows compared, 0 worse" in capsys.readouterr().out


def test_a_row_that_is_gone_fails_too(tmp_path: Path):
    for name, rows in (("1", ["a", "b"]), ("2", ["a", "c"])):
        found = {"before": {"at": "now", "load": [0, 0, 0]}, "rows": [row(each, CALM) for each in rows]}
        (tmp_path / f"{name}.json").write_text(json.dumps(found))
    words = [str(tmp_path / "1.json"), str(tmp_path / "2.json")]
    assert compare.main(words) == 1
    assert compare.main([*words, "--no-fail"]) == 0


def test_what_is_no_result_is_said(tmp_path: Path, capsys):
    wrong = tmp_path / "x.json"
    wrong.write_text("{}")
    assert compare.main([str(wrong), str(wrong)]) == 2
    assert compare.main([str(wrong)]) == 2
    assert "two results are needed, 1 are there" in capsys.readouterr().err
