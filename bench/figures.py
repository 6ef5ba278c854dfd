"""Rows of the table: what was asked, what was measured, whether it holds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Point = Literal["p50", "p95"]
HEADINGS = ("row", "asked", "p50", "p95", "max", "n", "load", "")
ALIGN = "<<>>>>><"


@dataclass(frozen=True, kw_only=True)
class Row:
    """`limit` None: nothing is asked, the row is there to compare. `limit_p95` is asked besides.

    `parts`: the p50 of each step, in `unit`. `group`: rows of one follow each other below a heading.
    """

    name: str
    values: Sequence[float]
    unit: str
    limit: float | None = None
    at: Point = "p50"
    limit_p95: float | None = None
    note: str = ""
    plane: str = ""
    group: str = ""
    load: float = 0.0  # load average of the last minute when it was done
    parts: dict[str, float] = field(default_factory=dict)

    def point(self, share: float) -> float:
        return percentile(self.values, share)

    @property
    def decisive(self) -> float:
        return self.point(0.5 if self.at == "p50" else 0.95)

    @property
    def verdict(self) -> str:
        if self.limit is None:
            return ""
        held = self.decisive <= self.limit and (self.limit_p95 is None or self.point(0.95) <= self.limit_p95)
        return "ok" if held else "OVER"

    @property
    def asked(self) -> str:
        if self.limit is None:
            return ""
        besides = "" if self.limit_p95 is None else f", p95 ≤ {self.limit_p95:g}"
        return f"{self.at} ≤ {self.limit:g}{besides} {self.unit}"

    def cells(self) -> tuple[str, ...]:
        numbers = [shown(self.point(share), self.unit) for share in (0.5, 0.95, 1.0)]
        return (self.name, self.asked, *numbers, str(len(self.values)), f"{self.load:.1f}", self.verdict)

    def as_json(self) -> dict[str, Any]:
        points = {name: round(self.point(share), 4) for name, share in POINTS.items()}
        return {**asdict(self), **points, "verdict": self.verdict, "values": [round(v, 4) for v in self.values]}


POINTS = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


def percentile(values: Sequence[float], share: float) -> float:
    """By nearest rank: always a value that was measured."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def medians(found: Sequence[Mapping[str, float]], steps: Sequence[str]) -> dict[str, float]:
    """Of each step that happened at all, over those where it did."""
    times = {step: [each[step] for each in found if step in each] for step in steps}
    return {step: percentile(values, 0.5) for step, values in times.items() if values}


def shown(value: float, unit: str) -> str:
    return f"{value:.2f} {unit}" if unit in {"s", "%"} else f"{value:.0f} {unit}"


def table(rows: Iterable[Row]) -> str:
    rows = list(rows)
    cells = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = [_line(line, widths) for line in cells]
    return "\n".join([lines[0], "-" * len(lines[0]), *_with_notes(rows, lines[1:])])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(cells, ALIGN, widths, strict=True)).rstrip()


def _with_notes(rows: Sequence[Row], lines: Sequence[str]) -> Iterable[str]:
    group = ""
    for row, line in zip(rows, lines, strict=True):
        if row.group != group:
            group = row.group
            yield f"\n[{group}]"
        yield line
        if row.parts:
            yield "    " + " · ".join(f"{name} {value:.0f}" for name, value in row.parts.items())
        if row.note:
            yield f"    {row.note}"
