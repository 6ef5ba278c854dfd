"""Looks at everything while the load goes on: drift, limits, processor time, the beat's passes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.load.beliefs import drift
from bench.load.generator import Generator
from bench.load.rows import Rows, Written
from bench.load.stack import Loaded
from bench.usage import TICKS

EVERY = 15.0  # seconds between two looks at drift and processor time
PASS_EVERY = 1.0
GENERATOR, ELSEWHERE = "generator", "everything else on this machine"
STOLEN = "taken by the host from all cores"  # a virtual machine does not get all the time it sees


@dataclass
class Seen:
    """`cpu`: per cent of a core by program, one value a window. `passes`: seconds by name. `broken`: sentences."""

    cpu: dict[str, list[float]] = field(default_factory=dict)
    passes: dict[str, dict[float, float]] = field(default_factory=dict)
    active: list[int] = field(default_factory=list)
    drift: list[float] = field(default_factory=list)  # leases that one side only believes in, at each look
    broken: list[str] = field(default_factory=list)
    looks: int = 0
    written: dict[str, Written] = field(default_factory=dict)
    commits: int = 0
    starts: list[float] = field(default_factory=list)
    seconds: float = 0.0


class Watch:
    def __init__(self, loaded: Loaded, generator: Generator, rows: Rows, say: Callable[[str], None]) -> None:
        self._loaded, self._generator, self.rows, self._say = loaded, generator, rows, say
        self.seen = Seen()

    def churn(self, seconds: float) -> None:
        """For so long; everything that is measured is of this time."""
        began, epoch = time.monotonic(), time.time()
        written, commits = self.rows.written(), self.rows.commits()
        self._generator.ask("count", on=True)
        while (left := began + seconds - time.monotonic()) > 1:
            self._window(min(EVERY, left))
            self.compare()
        self._generator.ask("count", on=False)
        seen = self.seen
        seen.seconds = time.monotonic() - began
        seen.written = {name: now - written[name] for name, now in self.rows.written().items() if name in written}
        seen.commits = self.rows.commits() - commits
        seen.starts = self.rows.starts(epoch)

    def _window(self, seconds: float) -> None:
        began, before = self._cpu()
        while time.monotonic() < began + seconds:
            time.sleep(max(0.0, min(PASS_EVERY, began + seconds - time.monotonic())))
            for name, at, took in self.rows.passes():
                self.seen.passes.setdefault(name, {})[at] = took
        ended, after = self._cpu()
        for name, spent in after.items():
            self.seen.cpu.setdefault(name, []).append(100 * (spent - before[name]) / (ended - began))

    def _cpu(self) -> tuple[float, dict[str, float]]:
        """When it was, and seconds so far by program."""
        found = {**self._loaded.cpu(), GENERATOR: self._generator.cpu()}
        busy, stolen = machine_seconds()
        return time.monotonic(), {**found, ELSEWHERE: busy - sum(found.values()), STOLEN: stolen}

    def compare(self) -> None:
        """Drift and limits at this moment."""
        before = self._generator.look()
        active = self.rows.active()
        found, over = drift(before, active, self._generator.look()), self.rows.over()
        self.seen.looks += 1
        self.seen.drift.append(found.size)
        self.seen.active.append(len(active))
        if found.size:
            words = f"drift: {len(found.lost)} lost, {len(found.ghosts)} ghosts of {len(active)} ACTIVE leases"
            self.broken(f"{words} ({', '.join((found.lost + found.ghosts)[:3])})")
        for words in over:
            self.broken(f"limit exceeded: {words}")

    def breaches(self, found: list[str]) -> None:
        """One line an invariant, with an example: a system that is far too slow breaks one in hundreds of places."""
        for invariant, count in Counter(breach.split(" ", 1)[0] for breach in found).items():
            example = next(breach for breach in found if breach.startswith(f"{invariant} "))
            self.broken(f"{invariant}: {count} times, e.g. {example}")

    def broken(self, words: str) -> None:
        self.seen.broken.append(words)
        self._say(f"BROKEN {words}")


def machine_seconds() -> tuple[float, float]:
    """Of processor time what programs and the kernel had, what the host took, on all cores (/proc/stat, proc(5))."""
    first = Path("/proc/stat").read_text().split("\n", 1)[0]
    user, nice, system, _, _, irq, softirq, stolen = map(int, first.split()[1:9])
    return (user + nice + system + irq + softirq) / TICKS, stolen / TICKS
