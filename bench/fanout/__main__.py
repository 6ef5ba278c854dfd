"""`python -m bench.fanout [--only one,ten] [--ports-base N] [--json FILE]`: real viewers of the embedded plane.

Exit code 0: measured, and no invariant was broken, whether all viewers were held or not; 1: an invariant is broken or
a case could not be run; 2: not done within four minutes. The stack has ended in every case, within five.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.fanout import report
from bench.fanout.cases import CASES, EXTRA_CAMERAS
from bench.fanout.run import Outcome, run
from bench.fanout.stack import running
from bench.fanout.watcher import watcher

MOST_SECONDS = 240  # then it is told to end; the stack takes 3 s more, on a crowded machine 40


class OutOfTime(BaseException):
    """Not an Exception: nothing on the way may take it for a failure of its own."""


def flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.fanout", description=__doc__)
    parser.add_argument("--only", default=",".join(CASES), help="comma separated: %(default)s")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--ports-base", type=int, default=25000)
    options = parser.parse_args()
    if unknown := set(options.only.split(",")) - set(CASES):
        parser.error(f"--only: unknown {', '.join(sorted(unknown))}; known are {', '.join(CASES)}")
    return options


@contextmanager
def deadline(seconds: int) -> Iterator[None]:
    def over(*_: object) -> None:
        raise OutOfTime

    signal.signal(signal.SIGALRM, over)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def measure(options: argparse.Namespace, outcomes: list[Outcome]) -> None:
    with running(options.ports_base, cameras=EXTRA_CAMERAS) as local, watcher(local) as world:
        for name in options.only.split(","):
            say(f"measuring {name}: {CASES[name].words}")
            outcomes.append(Outcome(CASES[name]))
            run(outcomes[-1], local, world)


def say(text: str) -> None:
    print(f"fanout: {text}", file=sys.stderr, flush=True)


def show(outcomes: list[Outcome], minutes: float) -> None:
    cores = os.cpu_count() or 1
    print(f"\n{cores} cores · load average {os.getloadavg()[0]:.1f} at the end · {minutes:.1f} min\n")
    if steps := [step for outcome in outcomes for step in outcome.steps]:
        print(report.table(steps), end="\n\n")
    print("\n".join(line for outcome in outcomes for line in report.words(outcome, cores)))


def main() -> int:
    options, outcomes, began, code = flags(), list[Outcome](), time.monotonic(), 0
    # Asked to end, we still end the stack.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with deadline(MOST_SECONDS):
            measure(options, outcomes)
    except OutOfTime:
        say(f"not done within {MOST_SECONDS} s")
        code = 2
    except Exception as error:  # noqa: BLE001 - what was measured before is still to be told
        say(f"{type(error).__name__}: {error}")
        code = 1
    show(outcomes, (time.monotonic() - began) / 60)
    if options.json:
        options.json.write_text(json.dumps([report.as_json(outcome) for outcome in outcomes], indent=1) + "\n")
    return code or int(any(outcome.broken for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
