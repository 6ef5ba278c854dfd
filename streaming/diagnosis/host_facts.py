"""What ps, df and free would say of this host, from /proc: no program has to be installed for it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROC = Path("/proc")
HEAVIEST = 60  # processes
DISKS = {"ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "overlay", "tmpfs", "vfat", "f2fs"}
LONGEST_COMMAND = 300


def facts() -> dict[str, Any]:
    return {
        "host": os.uname().nodename,
        "cpus": os.cpu_count(),
        "load": os.getloadavg(),
        "up_seconds": float((PROC / "uptime").read_text().split()[0]),
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "memory_kb": _memory(),
        "disks": list(_disks()),
        "processes": sorted(_processes(), key=lambda each: each["rss_kb"], reverse=True)[:HEAVIEST],
    }


def _memory() -> dict[str, int]:
    wanted = {"MemTotal", "MemFree", "MemAvailable", "Buffers", "Cached", "SwapTotal", "SwapFree"}
    pairs = (line.split(":") for line in (PROC / "meminfo").read_text().splitlines())
    return {name: int(value.split()[0]) for name, value in pairs if name in wanted}


def _disks() -> Iterator[dict[str, Any]]:
    seen = set()
    for line in (PROC / "mounts").read_text().splitlines():
        device, place, kind = line.split()[:3]
        if kind in DISKS and device not in seen:
            seen.add(device if kind != "tmpfs" else place)
            yield {"device": device, "on": place, "kind": kind} | _room(place)


def _room(place: str) -> dict[str, int]:
    try:
        usage = shutil.disk_usage(place.replace("\\040", " "))
    except OSError:
        return {}
    return {"total_bytes": usage.total, "free_bytes": usage.free}


def _processes() -> Iterator[dict[str, Any]]:
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE") // 1024
    for folder in PROC.iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            continue  # it ended meanwhile
        if command:
            yield {
                "pid": int(folder.name),
                "state": fields[0],
                "cpu_seconds": round((int(fields[11]) + int(fields[12])) / ticks, 1),
                "rss_kb": int(fields[21]) * page,
                "threads": int(fields[17]),
                "command": command[:LONGEST_COMMAND],
            }
