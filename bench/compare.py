"""`python -m bench.compare [BEFORE.json AFTER.json] [--no-fail]`: two results of `python -m bench`, row by row.

Without files: the two newest of bench/results. A row is worse where its p50 (its p95 where both have at least 20
values) grew by more than 15 % and lies outside what was measured before. Exit code 1: a row is worse, or
gone; 2: no such results.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.figures import shown

RESULTS = Path(__file__).parent / "results"
NOISE = 0.15
ENOUGH = 20  # values, for a p95 to mean something
HEADINGS = ("row", "p50 before", "after", "", "p95 before", "after", "", "")
ALIGN = "<>>>>>><"
Found = dict[str, Any]  # a row as `Row.as_json` writes it: less is better in all of them
Key = tuple[str, str]


@dataclass(frozen=True)
class Pair:
    """One row, measured twice."""

    before: Found
    after: Found

    def change(self, point: str) -> float:
        """1.0: twice as much."""
        old, new = float(self.before[point]), float(self.after[point])
        return (new - old) / old if old else float(new > 0)

    @property
    def worse(self) -> list[str]:
        """Which points are."""
        return [point for point in self._judged() if _grew(self.before, self.after, point)]

    @property
    def better(self) -> bool:
        return not self.worse and any(_grew(self.after, self.before, point) for point in self._judged())

    def _judged(self) -> Iterator[str]:
        yield "p50"
        if min(len(self.before["values"]), len(self.after["values"])) >= ENOUGH:
            yield "p95"

    def cells(self) -> tuple[str, ...]:
        mark = f"WORSE ({', '.join(self.worse)})" if self.worse else "better" if self.better else ""
        return (_name(self.after), *self._point("p50"), *self._point("p95"), mark)

    def _point(self, point: str) -> tuple[str, str, str]:
        unit = self.after["unit"]
        return shown(self.before[point], unit), shown(self.after[point], unit), f"{100 * self.change(point):+.0f} %"


def _grew(old: Found, new: Found, point: str) -> bool:
    """More than noise: above 15 %, and the p50 above nearly all of the old values, the p95 above all of them."""
    spread = float(old["p95" if point == "p50" else "max"])
    return bool(new[point] > old[point] * (1 + NOISE) and new[point] > spread)


def _name(row: Found) -> str:
    return f"{row['plane']}: {row['name']}" if row.get("plane") else str(row["name"])


def _keyed(rows: Sequence[Found]) -> dict[Key, Found]:
    """A row that changed its unit is another row."""
    return {(_name(row), str(row["unit"])): row for row in rows}


@dataclass(frozen=True)
class Comparison:
    pairs: list[Pair]
    gone: list[str]
    new: list[str]

    @property
    def worse(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.worse]


def compare(before: Sequence[Found], after: Sequence[Found]) -> Comparison:
    old, new = _keyed(before), _keyed(after)
    return Comparison(
        pairs=[Pair(old[key], new[key]) for key in new if key in old],
        gone=[name for name, unit in old if (name, unit) not in new],
        new=[name for name, unit in new if (name, unit) not in old],
    )


def table(found: Comparison) -> str:
    lines = [HEADINGS, *(pair.cells() for pair in found.pairs)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    text = ["  ".join(f"{c:{side}{w}}" for c, side, w in zip(line, ALIGN, widths, strict=True)) for line in lines]
    head, *rows = [line.rstrip() for line in text]
    only = [f"only before: {name}" for name in found.gone] + [f"only after: {name}" for name in found.new]
    return "\n".join([head, "-" * len(head), *rows, *([""] if only else []), *only])


def newest(folder: Path) -> list[Path]:
    """The two newest of the bench's results, the older one first; their names are times."""
    return sorted(folder.glob("[0-9]*.json"))[-2:]


def _header(label: str, path: Path, result: Found) -> str:
    state = result["before"]
    commit = state.get("commit", "commit unknown")
    return f"{label}: {path} · {state['at']} · {commit} · load average {state['load']}"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="two results; else the newest two of bench/results")
    parser.add_argument("--no-fail", action="store_true", help="exit code 0 even where something is worse or gone")
    options = parser.parse_args(words)
    files = options.files or newest(RESULTS)
    if len(files) != 2:
        print(f"two results are needed, {len(files)} are there: run `make bench` before and after", file=sys.stderr)
        return 2
    try:
        before, after = (json.loads(path.read_text()) for path in files)
        found = compare(before["rows"], after["rows"])
        heads = [_header("before", files[0], before), _header("after", files[1], after)]
    except (OSError, ValueError, KeyError) as error:
        print(f"no result of the bench: {error!r}", file=sys.stderr)
        return 2
    print("\n".join([*heads, "", table(found), ""]))
    told = f"{len(found.worse)} worse by more than {NOISE:.0%} and the noise, {len(found.gone)} gone"
    print(f"{len(found.pairs)} rows compared, {told}")
    return 1 if (found.worse or found.gone) and not options.no_fail else 0


if __name__ == "__main__":
    sys.exit(main())
