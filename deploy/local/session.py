"""A stack for one run of tests or checks: PostgreSQL and Redis on free ports, ended with the run, even a killed one.

It lies in `.data/test`; a second run at the same time takes `.data/test-2`, and so on, so that runs never share rows.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from deploy.local import stack
from deploy.local.environment import environment
from deploy.local.errors import StackError
from deploy.local.layout import REPO, Layout
from deploy.local.ports import free_ports
from deploy.local.stack import Stack

SLOTS = 8
SERVICES = ("postgres", "redis")


class Session:
    """Running from here to `end()`; Janus and programs can be started in it."""

    def __init__(self, base: Path = REPO / ".data") -> None:
        self._lock, data = _take_slot(base)
        self.stack = Stack(Layout.at(data), free_ports())
        # What a killed run left; whoever holds the slot may end it.
        stack.stop(self.stack.layout)
        stack.start_services(self.stack, SERVICES, follow=True)

    def environment(self) -> dict[str, str]:
        """Nothing of the caller's shell in it: a DATABASE_URL of somewhere else must never meet a test."""
        return environment(self.stack.layout, self.stack.ports, outer={})

    def end(self) -> None:
        stack.stop(self.stack.layout)
        self._lock.close()


@contextmanager
def session() -> Iterator[Session]:
    found = Session()
    try:
        yield found
    finally:
        found.end()


def _take_slot(base: Path) -> tuple[IO[str], Path]:
    base.mkdir(parents=True, exist_ok=True)
    for data in slots(base):
        lock = (base / f"{data.name}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        return lock, data
    raise StackError(f"{SLOTS} test runs are already going on in this checkout")


def slots(base: Path) -> list[Path]:
    return [base / ("test" if number == 1 else f"test-{number}") for number in range(1, SLOTS + 1)]
