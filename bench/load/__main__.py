"""`python -m bench.load [--minutes 10] [--cameras 500] [--reservations 2000]`: the product under its largest load.

Exit code 1 where an invariant was broken, an answer was wrong or it took longer than a quarter of an hour; a figure
above what is asked is told, and is no error.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from bench.load import report
from bench.load.generator import Generator, generating
from bench.load.report import Line
from bench.load.rows import Rows
from bench.load.stack import WEB, WORKERS, Loaded, running
from bench.load.watch import Watch

MOST_SECONDS = 14.5 * 60  # in all, with ten minutes of churn; then it is ended
SETTLE_SECONDS, LEAVE_SECONDS, EMPTY_SECONDS = 15.0, 30.0, 60.0
STAY_SECONDS = 300.0  # a visit, on the average
HARM_SECONDS = 10.0  # between a pusher that dies and a publisher that vanishes
ALL = 0.95  # of the places are taken at a moment; the others are between two visits, or were refused
LASTING_SECONDS = 20.0  # longer than one pass of the reconciler: what it heals is no breach
EMPTY = ("rooms", "publishers", "viewers", "paths", "forwards")


def flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description="The largest load, measured.")
    parser.add_argument("--minutes", type=float, default=10, help="of churn (%(default)s)")
    parser.add_argument("--cameras", type=int, default=500)
    parser.add_argument("--reservations", type=int, default=2000)
    parser.add_argument("--ramp", type=float, default=150, help="seconds within which all come (%(default)s)")
    parser.add_argument("--ports-base", type=int, default=26000)
    parser.add_argument("--nice", type=int, default=0, help="of the whole stack, where others are busy")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    return parser.parse_args()


def say(text: str) -> None:
    print(f"load: {datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr, flush=True)


def world(loaded: Loaded) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", loaded.stack.ports.livekit, timeout=10)
    connection.request("GET", "/load/world")
    found: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return found


def drive(options: argparse.Namespace, loaded: Loaded, generator: Generator, watch: Watch) -> dict[str, Any]:
    """All phases; what the load and the fake tell at the end."""
    say(f"{options.reservations} viewers come within {options.ramp:.0f} s")
    generator.ask("ramp", viewers=options.reservations, seconds=options.ramp, stay=STAY_SECONDS)
    time.sleep(SETTLE_SECONDS)
    if (came := len(generator.look().held)) < ALL * options.reservations:
        watch.broken(f"only {came} of {options.reservations} viewers have a lease after the ramp")
    say(f"{options.minutes:g} minutes of churn")
    generator.ask("harm", every=HARM_SECONDS)
    before = world(loaded)
    watch.churn(options.minutes * 60)
    after = world(loaded)
    if wrong := {status: count for status, count in after["webhooks"].items() if not status.startswith("2")}:
        watch.broken(f"webhooks were not taken: {wrong}")
    generator.ask("harm", every=0)
    say("asking for the product's own invariants")
    watch.breaches(loaded.breaches(LASTING_SECONDS))
    say("everybody leaves")
    if generator.ask("leave", seconds=LEAVE_SECONDS)["left"]:
        watch.broken("viewers that cannot leave")
    _empty(loaded, watch)
    asked = {call: count - before["asked"].get(call, 0) for call, count in after["asked"].items()}
    return {"load": generator.ask("report"), "asked": asked, "during": after}


def _empty(loaded: Loaded, watch: Watch) -> None:
    """Everything must be gone: leases of those who crashed last, streams, the fake's whole world."""
    deadline = time.monotonic() + EMPTY_SECONDS
    while left := _left(loaded, watch.rows):
        if time.monotonic() > deadline:
            watch.broken(f"after everybody left: {left}")
            return
        time.sleep(1)


def _left(loaded: Loaded, rows: Rows) -> dict[str, Any]:
    there = world(loaded)
    left = {name: there[name] for name in EMPTY if there[name]} | rows.unfinished()
    return {**left, "ACTIVE": len(active)} if (active := rows.active()) else left


def show(watch: Watch, found: dict[str, Any]) -> list[Line]:
    seen, load = watch.seen, found["load"]
    lines = [
        report.drift(seen.drift),
        *report.answers(load["times"], load["late"]),
        *report.passes(seen.passes, seen.starts),
        *report.cpu(seen.cpu, WEB, WORKERS),
        report.each(seen.cpu, WEB, seen.seconds, sum(map(len, load["times"].values()))),
        *report.written(seen.written, seen.seconds),
    ]
    print(f"{report.table(lines)}\n")
    print(f"ACTIVE leases {min(seen.active)}–{max(seen.active)} · {seen.looks} looks · {found['during']}")
    rate = {call: round(count / seen.seconds, 1) for call, count in sorted(found["asked"].items(), key=lambda c: -c[1])}
    print(f"PostgreSQL: {seen.commits / seen.seconds:.0f} transactions a second\nasked of the fake a second: {rate}")
    print(f"events: {load['events']} · refusals, expected: {load['refused']} · errors: {load['errors']}")
    for sample in load["samples"]:
        print(f"  {sample}")
    for words in seen.broken:
        print(f"BROKEN {words}")
    return lines


def _too_long(signum: int, frame: FrameType | None) -> NoReturn:
    """Whatever hangs: the stack is taken down on the way out."""
    say("BROKEN it took too long, and was ended")
    sys.exit(1)


def main() -> int:
    options, began = flags(), time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(int(MOST_SECONDS + max(0.0, options.minutes - 10) * 60))
    say("starting the stack")
    with running(options.ports_base, cameras=options.cameras, nice=options.nice) as loaded:
        at, rows = loaded.stack.ports, Rows(loaded.dsn)
        with generating(loaded.site, web=at.web, media=at.livekit) as generator:
            watch = Watch(loaded, generator, rows, say)
            found = drive(options, loaded, generator, watch)
        rows.close()
    signal.alarm(0)
    print(f"\n{options.cameras} cameras · {options.reservations} viewers · {options.minutes:g} minutes of churn")
    print(
        f"{os.cpu_count()} cores · load average {os.getloadavg()[0]:.1f} · {(time.monotonic() - began) / 60:.0f} min\n"
    )
    lines = show(watch, found)
    errors = found["load"]["errors"]
    good = not watch.seen.broken and not errors
    if options.json:
        said = {"lines": [line.as_json() for line in lines], "broken": watch.seen.broken, "errors": errors}
        options.json.write_text(json.dumps(said, indent=1) + "\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
