"""`python -m bench [--only cold,warm,…] [--plane janus,…] [--repeat N] [--json FILE]`: measure, print.

One table of the pusher alone with the reference to compare with, then one for each plane: the embedded one, and those
of the product that this machine has the servers for. docs/operate/bench.md names the rows.
Exit code 0 when every row could be measured, whether it holds or not; 1 else.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench import change_over, cost, first_frame, glass, reference, reserve_load
from bench.browser import Browsers, browsers
from bench.figures import Row, table
from bench.local import Local, running
from bench.pusher import back as pusher_back
from bench.pusher import connect as pusher_connect
from bench.pusher import cost as pusher_cost
from bench.usage import WINDOW
from deploy.local.planes import Plane, known

RESULTS = Path(__file__).parent / "results"
Measure = Callable[[Local, Browsers, argparse.Namespace], Iterable[Row]]
MEASURES: dict[str, Measure] = {
    "reserve": lambda local, _, options: reserve_load.measure(local, seconds=options.seconds),
    "cold": lambda local, chromium, options: first_frame.cold(local, chromium, repeat=options.repeat),
    "warm": lambda local, chromium, options: first_frame.warm(local, chromium, repeat=options.repeat),
    "change-over": lambda local, chromium, options: change_over.change_over(local, chromium, repeat=options.repeat),
    "glass": lambda local, chromium, options: glass.glass(local, chromium, seconds=options.seconds),
    "cost": lambda local, chromium, options: cost.cost(local, chromium, windows=1 + round(options.seconds / WINDOW)),
}
# Without a stack: nothing of the product but the pusher.
ALONE = "pusher alone"
ALONE_MEASURES: dict[str, Callable[[argparse.Namespace], Iterable[Row]]] = {
    "pusher-cost": lambda options: pusher_cost.cost(seconds=options.seconds),
    "connect": lambda options: pusher_connect.connect(repeat=options.repeat),
    "back": lambda options: pusher_back.back(repeat=max(1, options.repeat // 3)),
    "reference": lambda options: reference.reference(seconds=options.seconds),
}
KINDS = [*ALONE_MEASURES, *MEASURES]


def flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="The figures the design promises, measured.")
    parser.add_argument("--only", default=",".join(KINDS), help="comma separated: %(default)s")
    parser.add_argument("--plane", help=f"comma separated: {', '.join(known())}; else all that can run here")
    parser.add_argument("--repeat", type=int, default=7, help="starts for each first-frame row (%(default)s)")
    parser.add_argument("--seconds", type=float, default=20, help="of each other row, at least 20 (%(default)s)")
    parser.add_argument("--json", type=Path, help="else bench/results/<time>.json")
    parser.add_argument("--ports-base", type=int, default=24000)
    options = parser.parse_args()
    options.only = options.only.split(",")
    if unknown := set(options.only) - set(KINDS):
        parser.error(f"--only: unknown {', '.join(sorted(unknown))}; known are {', '.join(KINDS)}")
    options.seconds = max(20.0, options.seconds)
    options.planes = _planes(parser, options.plane) if set(options.only) & set(MEASURES) else []
    return options


def _planes(parser: argparse.ArgumentParser, words: str | None) -> list[Plane]:
    if words is None:
        return [plane for plane in known().values() if not plane.missing]
    if unknown := set(words.split(",")) - set(known()):
        parser.error(f"--plane: unknown {', '.join(sorted(unknown))}; known are {', '.join(known())}")
    return [known()[word] for word in words.split(",")]


@dataclass
class Results:
    """Of one table; what could not be measured is in `failed`."""

    table: str
    rows: list[Row] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def add(self, kind: str, measured: Callable[[], Iterable[Row]]) -> None:
        say(f"{self.table}: measuring {kind}")
        try:
            for row in measured():
                self.rows.append(replace(row, plane=self.table, group=kind, load=os.getloadavg()[0]))
                say("  ".join(self.rows[-1].cells()))
        except Exception as error:  # noqa: BLE001 - one row that fails must not cost the others
            say(f"{self.table} {kind}: {type(error).__name__}: {error}")
            self.failed.append(f"{self.table} {kind}")


def measure(options: argparse.Namespace, plane: Plane) -> tuple[list[Row], list[str]]:
    """The rows of one plane, and which measurements failed."""
    found = Results(plane.name)
    with running(options.ports_base, plane) as local, browsers(local.access) as chromium:
        for kind in _kinds(options, plane):
            found.add(kind, partial(MEASURES[kind], local, chromium, options))
    return found.rows, found.failed


def measure_alone(options: argparse.Namespace) -> tuple[list[Row], list[str]]:
    found = Results(ALONE)
    for kind in [kind for kind in options.only if kind in ALONE_MEASURES]:
        found.add(kind, partial(ALONE_MEASURES[kind], options))
    return found.rows, found.failed


def _kinds(options: argparse.Namespace, plane: Plane) -> list[str]:
    """A reserve on a live stream touches no media server, so that once is enough."""
    chosen = [kind for kind in options.only if kind in MEASURES]
    return [kind for kind in chosen if kind != "reserve" or plane == options.planes[0]]


def measure_all(options: argparse.Namespace) -> tuple[list[Row], list[str]]:
    rows, failed = measure_alone(options)
    for plane in options.planes:
        try:
            more, lost = measure(options, plane)
        except Exception as error:  # noqa: BLE001 - a plane that does not start must not cost the others
            more, lost = [], [f"{plane.name}: {error}"]
        rows, failed = rows + more, failed + lost
    return rows, failed


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def machine() -> dict[str, object]:
    found: dict[str, object] = {"cores": os.cpu_count(), "load": [round(load, 2) for load in os.getloadavg()]}
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return {"at": at, "kernel": platform.release(), "commit": commit(), **found}


def commit() -> str:
    """The commit that is measured, with a + where files differ from it; "" outside of git."""
    asked = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    with suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(asked, cwd=RESULTS.parent, capture_output=True, text=True, timeout=10).stdout.strip()
    return ""


def main() -> int:
    options, before, began = flags(), machine(), time.monotonic()
    # Asked to end, we still end the stack.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    rows, failed = measure_all(options)
    after = machine()
    minutes = (time.monotonic() - began) / 60
    loads = f"load average {before['load']} before, {after['load']} after"
    header = f"{before['at']} · {before['commit']} · {before['cores']} cores · {loads}"
    print(f"\n{header} · {minutes:.0f} min\n" if rows else header)
    for name in dict.fromkeys(row.plane for row in rows):
        print(f"{name}\n\n{table([row for row in rows if row.plane == name])}\n")
    if failed:
        print(f"\nnot measured: {', '.join(failed)}")
    save(options, {"before": before, "after": after, "failed": failed, "rows": [row.as_json() for row in rows]})
    return 1 if failed else 0


def save(options: argparse.Namespace, found: dict[str, object]) -> None:
    RESULTS.mkdir(exist_ok=True)
    target = options.json or RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    target.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    say(f"written to {target}")


if __name__ == "__main__":
    sys.exit(main())
