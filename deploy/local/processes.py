"""Processes by pid *and* start time, read from /proc (proc(5)): a pid alone may by now be somebody else's."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.local.secret_files import write_private

PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, order=True)
class Process:
    """`started` is field 22 of /proc/<pid>/stat: clock ticks since the machine started."""

    pid: int
    started: int


@dataclass(frozen=True)
class _Stat:
    process: Process
    parent: int
    zombie: bool


def _stat(pid: int) -> _Stat | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The name in parentheses may hold anything, parentheses too; fields are counted after the last one.
    fields = text[text.rindex(")") + 2 :].split()
    return _Stat(Process(pid, int(fields[19])), int(fields[1]), fields[0] in "ZX")


def lookup(pid: int) -> Process | None:
    stat = _stat(pid)
    return stat.process if stat and not stat.zombie else None


def alive(process: Process) -> bool:
    return lookup(process.pid) == process


def descendants(pid: int) -> list[Process]:
    """Everything below `pid`, without zombies: they only wait to be read."""
    stats = [stat for number in _pids() if (stat := _stat(number))]
    below: dict[int, list[_Stat]] = {}
    for stat in stats:
        below.setdefault(stat.parent, []).append(stat)
    found: list[Process] = []
    todo = [pid]
    while todo:
        children = below.get(todo.pop(), [])
        todo += [child.process.pid for child in children]
        found += [child.process for child in children if not child.zombie]
    return sorted(found)


def send(process: Process, number: int) -> None:
    """A signal for this very process: a pidfd cannot come to mean another one between look and kill."""
    try:
        handle = os.pidfd_open(process.pid)
    except OSError:
        return
    try:
        if alive(process):
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, number)
    finally:
        os.close(handle)


def end(processes: Iterable[Process], *, grace: float) -> list[Process]:
    """SIGTERM, after `grace` seconds SIGKILL; returns who is still there 5 s later (nobody, as a rule)."""
    left = list(processes)
    for number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
        for process in left:
            send(process, number)
        left = wait_gone(left, seconds)
    return left


def wait_gone(processes: Iterable[Process], seconds: float) -> list[Process]:
    """Those of `processes` that are still alive when `seconds` are over."""
    deadline = time.monotonic() + seconds
    left = [process for process in processes if alive(process)]
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = [process for process in left if alive(process)]
    return left


def with_environment(line: str) -> list[Process]:
    """Processes that were started with `NAME=value` in their environment, as far as we may read it."""
    wanted = line.encode()
    return [process for pid in _pids() if (process := _if_started_with(pid, wanted))]


def _if_started_with(pid: int, wanted: bytes) -> Process | None:
    try:
        lines = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return None
    return lookup(pid) if wanted in lines else None


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def reap() -> list[int]:
    """Read the ends of all children and adopted orphans; returns their pids. Only for the keeper, who has no Popen."""
    pids = []
    with suppress(ChildProcessError):
        while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
            pids.append(pid)
    return pids


def adopt_orphans() -> None:
    """From now on, whoever below us loses its parent becomes our child (prctl(2)), so none can hide."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def write_record(path: Path, processes: Iterable[Process]) -> None:
    rows = [[process.pid, process.started] for process in processes]
    write_private(path, json.dumps({"boot": _boot(), "processes": rows}) + "\n")


def read_record(path: Path) -> list[Process]:
    """The recorded processes; none where the machine was started since, because ticks count anew."""
    try:
        record = json.loads(path.read_text())
        if record["boot"] != _boot():
            return []
        return [Process(int(pid), int(started)) for pid, started in record["processes"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
