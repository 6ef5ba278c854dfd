"""What processes of this machine use: proc(5) for processor and memory, `ss` for the bytes of their TCP connections.

The kernel counts no bytes of UDP, neither of a socket nor of a process.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from streaming.media.ports import PusherUsage

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
UTIME, STIME, PARENT = 11, 12, 1  # fields of /proc/<pid>/stat, counted after the program's name
# Every established TCP socket on one line, with its inode and its counters, and without whose it is.
SS = ("ss", "-tieHnO", "state", "established")
SOCKET = re.compile(r"socket:\[(\d+)\]")
INODE, RECEIVED = re.compile(r"\bino:(\d+)"), re.compile(r"\bbytes_received:(\d+)")


def usage_below(roots: Mapping[str, int], *, timeout: float) -> dict[str, PusherUsage]:
    """By the name of each root process that still lives: of itself and everything below it, sampled now.

    `timeout` is in seconds and bounds the look at the connections; without an answer their bytes are None.
    """
    stats = dict(_stats())
    children: dict[int, list[int]] = {}
    for pid, fields in stats.items():
        children.setdefault(int(fields[PARENT]), []).append(pid)
    received = received_by_inode(timeout)
    trees = {name: list(_tree(pid, children)) for name, pid in roots.items() if pid in stats}
    return {name: _usage(pids, stats, received) for name, pids in trees.items()}


def received_by_inode(timeout: float) -> dict[str, int] | None:
    """Bytes that each open TCP connection has taken in; None where `ss` is not there or does not answer."""
    try:
        told = subprocess.run(SS, capture_output=True, text=True, timeout=timeout, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = {}
    for line in told.splitlines():
        if inode := INODE.search(line):
            count = RECEIVED.search(line)  # left out of the line while it is 0
            found[inode[1]] = int(count[1]) if count else 0
    return found


def _stats() -> Iterator[tuple[int, list[str]]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):  # it ended meanwhile
                text = (entry / "stat").read_text()
                # The name in parentheses may hold anything, parentheses too.
                yield int(entry.name), text[text.rindex(")") + 2 :].split()


def _tree(root: int, children: Mapping[int, list[int]]) -> Iterator[int]:
    yield root
    for child in children.get(root, []):
        yield from _tree(child, children)


def _usage(pids: list[int], stats: Mapping[int, list[str]], received: Mapping[str, int] | None) -> PusherUsage:
    ticks = sum(int(stats[pid][UTIME]) + int(stats[pid][STIME]) for pid in pids)
    taken = None if received is None else sum(received.get(inode, 0) for inode in _sockets(pids))
    return PusherUsage(cpu_seconds=ticks / TICKS, memory_bytes=sum(map(_memory, pids)), received_bytes=taken)


def _memory(pid: int) -> int:
    """The proportional part (PSS), or all that is resident where we may not see how it is shared."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    return 0


def _sockets(pids: Iterable[int]) -> set[str]:
    """Inodes of the sockets that are open in them; one that two share counts once."""
    found = set()
    for pid in pids:
        with suppress(OSError):
            for entry in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):  # it was closed meanwhile
                    if socket := SOCKET.fullmatch(str(entry.readlink())):
                        found.add(socket[1])
    return found
