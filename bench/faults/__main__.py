"""`python -m bench.faults [--only NAME,…] [--list] [--json FILE]`: hurt a stack of its own, print one table.

Exit code 0 when everything healed in time; 1 else. Ends within 15 minutes: faults that no time is left for are named.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.faults import browsers, cameras, disk, kills, strays, workers  # noqa: F401 - each enters its faults
from bench.faults.fault import FAULTS, Outcome
from bench.faults.look import looking
from bench.faults.report import cells, table
from bench.faults.stack import running
from bench.faults.stage import Stage
from bench.faults.viewers import Watcher

BEGIN_SECONDS = 12.5 * 60  # no fault begins later; the longest takes less than two minutes
END_SECONDS = 15 * 60
BUSY = 3  # runnable processes a core; the stack and its browsers alone make one or two


def flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description="Hurts a stack and watches it heal.")
    parser.add_argument("--only", default=",".join(FAULTS), metavar="NAME,…", help="else all of --list")
    parser.add_argument("--list", action="store_true", help="the faults, and nothing else")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the same, to read by program")
    parser.add_argument("--ports-base", type=int, default=27000)
    options = parser.parse_args()
    if unknown := set(options.only.split(",")) - set(FAULTS):
        parser.error(f"--only: unknown {', '.join(sorted(unknown))}; see --list")
    return options


@contextmanager
def stage(ports_base: int) -> Iterator[Stage]:
    """The stack, the looker, and two browsers."""
    with ExitStack() as leaving:
        local = leaving.enter_context(running(ports_base))
        look = leaving.enter_context(looking(local.stack.environment()))
        playwright = leaving.enter_context(sync_playwright())
        people = [Watcher(playwright, local.access, name) for name in ("viewer", "bystander")]
        for person in people:
            leaving.callback(person.close)
        yield Stage(local, look, *people)


def hurt(options: argparse.Namespace, began: float) -> Iterator[Outcome]:
    with stage(options.ports_base) as found:
        for name in options.only.split(","):
            if time.monotonic() - began > BEGIN_SECONDS:
                yield Outcome(name, FAULTS[name].what, broken=["not run: no time left"])
                continue
            yield found.play(FAULTS[name])


def say(text: str) -> None:
    print(f"faults: {text}", file=sys.stderr, flush=True)


def _end(number: int, _frame: object) -> None:
    # Asked to end, or out of time, we still end the stack.
    sys.exit(128 + number)


def main() -> int:
    options, began = flags(), time.monotonic()
    if options.list:
        print("\n".join(f"{fault.name:22}{fault.what}" for fault in FAULTS.values()))
        return 0
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, _end)
    signal.alarm(END_SECONDS - 30)
    outcomes: list[Outcome] = []
    try:
        for outcome in hurt(options, began):
            outcomes.append(outcome)
            say("  ".join(cells(outcome)))
            for text in outcome.broken:
                say(f"    broken: {text}")
    finally:
        signal.alarm(0)
        show(options, outcomes, time.monotonic() - began)
    return 0 if outcomes and all(outcome.verdict == "ok" for outcome in outcomes) else 1


def show(options: argparse.Namespace, outcomes: list[Outcome], took: float) -> None:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    cores, load = os.cpu_count() or 1, os.getloadavg()[1]
    print(f"\n{at} · {cores} cores, load {load:.1f} · {took / 60:.1f} min\n\n{table(outcomes)}\n")
    if load > BUSY * cores:
        print(f"A busy machine, {load:.0f} processes for {cores} cores: the times are not the product's.\n")
    if options.json:
        found = {"at": at, "seconds": round(took, 1), "faults": [outcome.as_json() for outcome in outcomes]}
        options.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
