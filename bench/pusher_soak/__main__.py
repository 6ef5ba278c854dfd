"""`python -m bench.pusher_soak [--minutes 20] [--cameras 10] [--watched 2] [--hls]`: pushers as a runner starts them.

Real cameras (640x360, 15 frames/s), a real Janus, no control plane; some cameras are watched by a WebRTC peer that
reads the clock in the picture. Exit code 0: all stayed as it was; 1: something did not (bench/pusher_soak/verdict.py);
130: ended by Ctrl-C. Everything that was started ends with it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.pusher.rig import rig
from bench.pusher_soak.field import Field
from bench.pusher_soak.report import table
from bench.pusher_soak.verdict import Life, breaches

RESULTS = Path(__file__).parents[1] / "results"
EVERY = 15.0  # seconds between two looks


def flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.pusher_soak", description="Does a pusher grow or drift?")
    parser.add_argument("--minutes", type=float, default=20, help="that are judged, after settling (%(default)s)")
    parser.add_argument("--cameras", type=int, default=10, help="each with a pusher (%(default)s)")
    parser.add_argument("--watched", type=int, default=2, help="of them, by a decoding receiver (%(default)s)")
    parser.add_argument(
        "--settle", type=float, default=60, metavar="SECONDS", help="before the first look (%(default)s)"
    )
    parser.add_argument("--hls", action="store_true", help="let them write HLS, too")
    parser.add_argument("--json", type=Path, help="else bench/results/pusher-soak-<time>.json")
    options = parser.parse_args()
    options.watched = min(options.watched, options.cameras)
    return options


def soak(options: argparse.Namespace) -> tuple[list[Life], float]:
    """The lives, and for how many seconds they were judged."""
    with rig() as bench:
        say(f"starting {options.cameras} cameras and pushers")
        field = Field(bench, options.cameras, options.watched, options.hls)
        say(f"all play; settling for {options.settle:.0f} s")
        lives = field.settle(options.settle)
        end, number = field.began + 60 * options.minutes, 0
        while (due := field.began + number * EVERY) < end:
            time.sleep(max(0.0, due + EVERY - time.monotonic()))
            number += 1
            field.look(lives)
            if number % 4 == 0:
                say(_progress(lives, number * EVERY))
        return lives, time.monotonic() - field.began


def _progress(lives: list[Life], seconds: float) -> str:
    last = [life.samples[-1] for life in lives if life.samples]
    pss = sum(sample.pss for sample in last) / max(1, len(last))
    cpu = sum(sample.cpu for sample in last)
    troubled = [life.name for life in lives if life.trouble]
    return f"{seconds / 60:.0f} min: PSS {pss:.1f} MB each, CPU {cpu:.0f} % in all, in trouble: {troubled or 'none'}"


def say(text: str) -> None:
    print(f"soak: {text}", file=sys.stderr, flush=True)


def save(options: argparse.Namespace, lives: list[Life], wrong: list[str], load: list[tuple[float, ...]]) -> None:
    RESULTS.mkdir(exist_ok=True)
    target = options.json or RESULTS / f"pusher-soak-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    found = {"minutes": options.minutes, "cameras": options.cameras, "load": load, "breaches": wrong}
    found["pushers"] = [life.as_json() for life in lives]
    target.write_text(json.dumps(found, indent=1) + "\n")
    say(f"written to {target}")


def main() -> int:
    options, before = flags(), os.getloadavg()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # A shell starts what is in its background with SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        lives, seconds = soak(options)
    except KeyboardInterrupt:
        say("interrupted; everything is ended")
        return 130
    after, wrong = os.getloadavg(), breaches(lives, seconds=seconds)
    loads = [f"{load:.1f}" for load in (before[0], after[0])]
    print(f"\n{len(lives)} pushers, {seconds / 60:.1f} min · load average {loads[0]} before, {loads[1]} after\n")
    print(f"{table(lives)}\n\nfirst settled minute → last minute; slope of all looks, MB an hour")
    for words in wrong:
        print(f"BREACH: {words}")
    print("does not hold" if wrong else "holds: memory, threads, descriptors and latency stayed, nothing started anew")
    save(options, lives, wrong, [before, after])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
