"""Who spends the machine's processor time: groups of programs, their fullest threads, and the machine as a whole."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.local import Local
from bench.usage import TICKS, cpu_seconds, cpu_seconds_in, memory_mb
from deploy.local.processes import descendants

GROUPS = {
    "Janus": ("janus",),
    "pushers": ("whip-pusher",),
    "web": ("web",),
    "workers": ("worker-", "beat"),
    "PostgreSQL, Redis": ("postgres", "redis"),
    "cameras": ("cameras",),
}
OWN = "viewers"
IDLE_FIELDS = (3, 4)  # of /proc/stat: idle, iowait (proc(5))
STEAL_FIELD = 7


@dataclass
class Spent:
    """In per cent of one core: `cpu` by group, `thread` of each group's fullest thread. `machine`: of all cores."""

    cpu: dict[str, float] = field(default_factory=dict)
    thread: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)  # MB, proportional
    machine: float = 0.0
    others: float = 0.0  # of one core: what no group of ours spent
    seconds: float = 0.0


def groups(local: Local) -> dict[str, list[int]]:
    """pids by group, children too; the viewers are this process."""
    running = local.pids()
    found = {name: [pid for program, pid in running.items() if program.startswith(GROUPS[name])] for name in GROUPS}
    return {name: [*pids, *_below(pids)] for name, pids in found.items()} | {OWN: [os.getpid()]}


def _below(pids: list[int]) -> list[int]:
    return [child.pid for pid in pids for child in descendants(pid)]


@contextmanager
def metering(local: Local) -> Iterator[Spent]:
    """Filled in at the end; a process that came or went meanwhile counts as far as it was seen."""
    spent, pids = Spent(), groups(local)
    before, threads, (busy, total) = _cpu(pids), _threads(pids), _machine()
    began = time.monotonic()
    yield spent
    spent.seconds = time.monotonic() - began
    after, late_threads, (busy_now, total_now) = _cpu(pids), _threads(pids), _machine()
    percent = 100 / spent.seconds
    spent.cpu = {name: percent * (after[name] - before[name]) for name in pids}
    spent.thread = {
        name: percent * max([late_threads[name][key] - threads[name].get(key, 0.0) for key in late_threads[name]] + [0])
        for name in pids
    }
    spent.memory = {name: sum(_memory(pid) for pid in pids[name]) for name in pids}
    spent.machine = 100 * (busy_now - busy) / max(1e-9, total_now - total)
    spent.others = max(0.0, spent.machine * (os.cpu_count() or 1) - sum(spent.cpu.values()))


def _cpu(pids: dict[str, list[int]]) -> dict[str, float]:
    return {name: sum(_seconds(pid) for pid in some) for name, some in pids.items()}


def _seconds(pid: int) -> float:
    with suppress(OSError):
        return cpu_seconds(pid)
    return 0.0


def _memory(pid: int) -> float:
    with suppress(OSError, KeyError):
        return memory_mb(pid)[0]
    return 0.0


def _threads(pids: dict[str, list[int]]) -> dict[str, dict[int, float]]:
    return {name: {tid: spent for pid in some for tid, spent in _of(pid)} for name, some in pids.items()}


def _of(pid: int) -> Iterator[tuple[int, float]]:
    for task in Path(f"/proc/{pid}/task").glob("*/stat"):
        with suppress(OSError):
            yield int(task.parent.name), cpu_seconds_in(task)


def _machine() -> tuple[float, float]:
    """(busy, total) seconds of all cores; what the host stole is busy, for nobody here could have it."""
    fields = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1 : STEAL_FIELD + 2]]
    idle = sum(fields[at] for at in IDLE_FIELDS)
    return (sum(fields) - idle) / TICKS, sum(fields) / TICKS
