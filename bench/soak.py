"""`python -m bench.soak [--examples 5000] [--steps 6] [--seed N]`: the lease machine for longer, on every core.

Each shard is a test run of its own, with its own PostgreSQL database and its own seed; one table at the end. Exit
code 1 when an invariant broke (BROKEN: the shard's output, with the steps that led there, is printed), or when a shard
was not done after 14 minutes (TIME OVER), which says only that the machine had something else to do.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
TEST = "streaming/tests/test_lease_machine.py"
MOST_SECONDS = 14 * 60
COLUMNS = ("admitted", "refused", "renewed", "crash")


@dataclass
class Shard:
    number: int
    seed: int
    examples: int
    report: Path
    output: Path
    process: subprocess.Popen[bytes]
    began: float
    seconds: float = 0.0
    late: bool = False


def flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--examples", type=int, default=5000, help="over all shards (%(default)s)")
    parser.add_argument("--steps", type=int, default=6, help="at most, in each (%(default)s)")
    parser.add_argument("--shards", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, help="of the first shard; else another one each time")
    return parser.parse_args()


def start(number: int, options: argparse.Namespace, seed: int, folder: Path) -> Shard:
    report, output = folder / f"{number}.json", folder / f"{number}.log"
    examples = -(-options.examples // options.shards)
    own = {"EXAMPLES": examples, "STEPS": options.steps, "SEED": seed, "REPORT": report, "SHRINK": ""}
    env = {**os.environ, **{f"LEASE_MACHINE_{name}": str(value) for name, value in own.items()}}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:logging", "--timeout", str(MOST_SECONDS), TEST]
    with output.open("wb") as log:
        process = subprocess.Popen(command, cwd=REPO, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    return Shard(number, seed, examples, report, output, process, time.monotonic())


def wait(shards: list[Shard]) -> None:
    """Ends the others too when their time is over: pytest takes its own PostgreSQL with it."""
    deadline = time.monotonic() + MOST_SECONDS
    while running := [shard for shard in shards if shard.process.poll() is None]:
        for shard in running:
            shard.seconds = time.monotonic() - shard.began
        if time.monotonic() > deadline:
            for shard in running:
                shard.late = True
                shard.process.terminate()
                shard.process.wait(60)
        time.sleep(0.5)


def line(shard: Shard) -> list[str]:
    tally = json.loads(shard.report.read_text()) if shard.report.exists() else {}
    refused = sum(count for code, count in tally.items() if code not in {"examples", "admitted", "renewed", "crash"})
    done = {**tally, "refused": refused}
    verdict = "TIME OVER" if shard.late else "ok" if shard.process.returncode == 0 else "BROKEN"
    counts = [str(done.get(name, 0)) for name in COLUMNS]
    return [
        str(shard.number),
        str(shard.seed),
        str(tally.get("examples", 0)),
        *counts,
        f"{shard.seconds:.0f} s",
        verdict,
    ]


def table(rows: list[list[str]]) -> str:
    head = ["shard", "seed", "examples", *COLUMNS, "time", ""]
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    lines = ["  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) for row in [head, *rows]]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def main() -> int:
    options = flags()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**31)
    with tempfile.TemporaryDirectory() as folder:
        shards = [start(n, options, seed + n, Path(folder)) for n in range(options.shards)]
        try:
            wait(shards)
        finally:
            for shard in shards:
                shard.process.terminate() if shard.process.poll() is None else None
        for shard in shards:
            if shard.process.returncode:
                print(f"shard {shard.number}:\n{shard.output.read_text()[-8000:]}", file=sys.stderr)
        print(table([line(shard) for shard in shards]), flush=True)
        return 1 if any(shard.process.returncode for shard in shards) else 0


if __name__ == "__main__":
    sys.exit(main())
