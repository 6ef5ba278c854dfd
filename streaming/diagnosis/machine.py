"""This host: its clock against the database's, and room on its disks."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from cctv import clock
from streaming.diagnosis.verdicts import FAIL, OK, WARN, Verdict

SKEW_WARN, SKEW_FAIL = 1.0, 30.0  # seconds; deadlines are the database's, but tokens are signed with this clock
LITTLE, NEARLY_NONE = 2 * 1024**3, 200 * 1024**2  # bytes


def clock_skew() -> Iterator[Verdict]:
    before = time.time()
    there = clock.now().timestamp()
    skew = there - (before + time.time()) / 2
    seen = f"the database's clock is {abs(skew):.3f} s {'ahead of' if skew >= 0 else 'behind'} this host's"
    level = FAIL if abs(skew) > SKEW_FAIL else WARN if abs(skew) > SKEW_WARN else OK
    yield Verdict("clock", level, seen, "set both by NTP (`timedatectl`): tokens are judged by clocks")


def disks() -> Iterator[Verdict]:
    named = {"HLS_DIR": settings.HLS_DIR, "LOG_DIR": settings.LOG_DIR}
    folders = {name: Path(folder) for name, folder in named.items() if folder}
    if not folders:
        yield Verdict("disk", OK, "neither HLS_DIR nor LOG_DIR is set here")
    for name, folder in folders.items():
        yield _disk(f"disk {name}", folder)


def _disk(name: str, folder: Path) -> Verdict:
    if not folder.is_dir():
        return Verdict(name, FAIL, f"{folder} is not there", f"make it, or set {name.split()[1]}")
    free = shutil.disk_usage(folder).free
    level = FAIL if free < NEARLY_NONE else WARN if free < LITTLE else OK
    return Verdict(name, level, f"{free / 1024**3:.1f} GB free in {folder}", f"`du -sh {folder}/*`: make room")
