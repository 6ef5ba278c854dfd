"""The table at the end: what was measured, what was asked, whether it holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.figures import percentile
from bench.load.rows import Written

HEADINGS = ("row", "asked", "p50", "p95", "p99", "max", "n", "")
SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
TIMES = {
    "heartbeat": "heartbeat",
    "admitted": "reserve, all that were admitted",
    "new": "reserve, new camera",
    "join": "reserve, join",
    "refusal": "reserve, refused by the agency's limit",
    "release": "release",
    "look": "look at a reservation",
}
LIMITS_MS = {"heartbeat": 40.0, "admitted": 80.0, "new": 80.0, "join": 80.0}
CORE = 100.0


@dataclass(frozen=True)
class Line:
    """`limit` on the p95, or on what `at` says; None: nothing is asked."""

    name: str
    values: Sequence[float]
    unit: str
    limit: float | None = None
    at: str = "p95"

    def point(self, name: str) -> float:
        return percentile(self.values, SHARES[name])

    @property
    def holds(self) -> bool:
        return self.limit is None or (bool(self.values) and self.point(self.at) <= self.limit)

    def cells(self) -> tuple[str, ...]:
        point = f"{self.at} " if len(self.values) > 1 else ""
        asked = "" if self.limit is None else f"{point}≤ {self.limit:g} {self.unit}".rstrip()
        verdict = "" if self.limit is None else "ok" if self.holds else "OVER"
        points = [_shown(self.point(share), self.unit) if self.values else "–" for share in SHARES]
        return (self.name, asked, *points, str(len(self.values)), verdict)

    def as_json(self) -> dict[str, Any]:
        points = {share: self.point(share) for share in SHARES} if self.values else {}
        return {"name": self.name, "unit": self.unit, "limit": self.limit, "n": len(self.values), **points}


def _shown(value: float, unit: str) -> str:
    if unit in {"", "rows"}:
        return f"{value:,.0f}"
    return f"{value:.2f} s" if unit == "s" else f"{value:.1f} {unit}"


def answers(times: Mapping[str, Sequence[float]], late: Sequence[float]) -> list[Line]:
    """Milliseconds from sending to the last byte; lateness beside them, for a late heartbeat was not asked in time."""
    times = {**times, "admitted": [*times.get("new", ()), *times.get("join", ())]}
    lines = [Line(words, times.get(kind, ()), "ms", LIMITS_MS.get(kind)) for kind, words in TIMES.items()]
    return [*lines, Line("heartbeats sent after their moment by", late, "ms")]


def passes(seen: Mapping[str, Mapping[float, float]], starts: Sequence[float]) -> list[Line]:
    found = [Line(f"pass {name}", list(times.values()), "s") for name, times in sorted(seen.items())]
    return [*found, Line("start of a stream, to LIVE", starts, "s")]


def cpu(seen: Mapping[str, Sequence[float]], web: Sequence[str], workers: Sequence[str]) -> list[Line]:
    """Per cent of a core, a value each window. Web and workers together are to need at most one, on the average."""
    lines = [Line(f"CPU {name}", values, "%") for name, values in seen.items() if name not in web]
    together = _together(seen, [*web, *workers])
    mean = sum(together) / len(together)
    lines.insert(0, Line("CPU web, all its processes", _together(seen, web), "%"))
    return [*lines, Line("CPU web and workers together, mean", [mean], "%", CORE)]


def _together(seen: Mapping[str, Sequence[float]], programs: Sequence[str]) -> list[float]:
    return [sum(window) for window in zip(*(seen[name] for name in programs), strict=True)]


def each(seen: Mapping[str, Sequence[float]], programs: Iterable[str], seconds: float, answered: int) -> Line:
    """Processor time of one answer: the one figure that other programs on the machine do not blur."""
    spent = sum(sum(seen[name]) / len(seen[name]) for name in programs) / 100 * seconds
    return Line("CPU of web for one answer", [1000 * spent / max(1, answered)], "ms")


def table(lines: Iterable[Line]) -> str:
    cells = [HEADINGS, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADINGS))]
    shown = ["  ".join(_aligned(row, widths)).rstrip() for row in cells]
    return "\n".join([shown[0], "-" * max(map(len, shown)), *shown[1:]])


def _aligned(row: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
        yield cell.rjust(width) if 2 <= column <= 6 else cell.ljust(width)


def drift(sizes: Sequence[float]) -> Line:
    """Leases that only one side believes in, at each look: none is asked, of the worst of them."""
    return Line("drift: leases that one side only believes in", sizes, "", 0.0, at="max")


def written(tables: Mapping[str, Written], seconds: float) -> list[Line]:
    """Rows an hour, the busiest table first."""
    busy = sorted(((name, count) for name, count in tables.items() if count.total), key=lambda item: -item[1].total)
    return [Line(_named(name, count), [count.total * 3600 / seconds], "rows") for name, count in busy]


def _named(table: str, count: Written) -> str:
    """Of the updates those are cheap that touch no index (hot)."""
    hot = f", {count.hot / count.updated:.0%} of its updates hot" if count.updated else ""
    return f"written an hour: {table}{hot}"
