"""Processor time (/proc/<pid>/stat, proc(5)) and proportional memory (/proc/<pid>/smaps_rollup) of processes."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
WINDOW = 10.0  # seconds: a tick is then 0.1 % of a core


@dataclass
class Usage:
    """Per window: per cent of a core, and MB at its end: proportional, and what is this process's alone."""

    cpu: list[float] = field(default_factory=list)
    pss: list[float] = field(default_factory=list)
    private: list[float] = field(default_factory=list)


def cpu_seconds(pid: int) -> float:
    return cpu_seconds_in(Path(f"/proc/{pid}/stat"))


def cpu_seconds_in(stat: Path) -> float:
    """Of a process, or of one of its threads (/proc/<pid>/task/<tid>/stat)."""
    text = stat.read_text()
    fields = text[text.rindex(")") + 2 :].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(pid: int) -> tuple[float, float]:
    """Proportional and private."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kb = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.endswith(" kB")}
    return kb["Pss"] / 1024, (kb["Private_Clean"] + kb["Private_Dirty"]) / 1024


def sample(pids: dict[str, list[int]], *, windows: int, seconds: float = WINDOW) -> dict[str, Usage]:
    """Each name's processes together: a container has an init of its own, Ingress may have handlers."""
    found = {name: Usage() for name in pids}
    for _ in range(windows):
        began, before = time.monotonic(), {name: sum(map(cpu_seconds, some)) for name, some in pids.items()}
        time.sleep(seconds)
        for name, some in pids.items():
            spent = sum(map(cpu_seconds, some)) - before[name]
            found[name].cpu.append(100 * spent / (time.monotonic() - began))
            each = [memory_mb(pid) for pid in some]
            found[name].pss.append(sum(pss for pss, _ in each))
            found[name].private.append(sum(private for _, private in each))
    return found
