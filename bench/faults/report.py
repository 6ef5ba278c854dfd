"""The one table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.faults.fault import Outcome

HEADINGS = ("fault", "what was done", "invariants", "video", "gap", "bystander", "load", "verdict")
ALIGN = "<<>>>>><"


def seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} s"


def cells(outcome: Outcome) -> tuple[str, ...]:
    numbers = [seconds(value) for value in (outcome.healed, outcome.video, outcome.gap, outcome.bystander)]
    return (outcome.name, outcome.what, *numbers, f"{outcome.load:.1f}", outcome.verdict)


def table(outcomes: Iterable[Outcome]) -> str:
    """`invariants`, `video`: from the end of the fault. Below a line: what was broken, and what is worth knowing."""
    outcomes = list(outcomes)
    rows = [HEADINGS, *(cells(outcome) for outcome in outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [_line(row, widths) for row in rows]
    body = [text for outcome, line in zip(outcomes, lines[1:], strict=True) for text in (line, *_below(outcome))]
    return "\n".join([lines[0], "-" * len(lines[0]), *body])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(row, ALIGN, widths, strict=True)).rstrip()


def _below(outcome: Outcome) -> list[str]:
    return [*(f"    broken: {text}" for text in outcome.broken), *(f"    {text}" for text in outcome.notes)]
