"""The world outside with everything that goes wrong in it, a worker that dies at any step, and virtual time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from cctv import clock
from streaming.lifecycle.work import WorkLease
from streaming.media.ports import MediaError
from streaming.tests.memory_plane import Memory

T = TypeVar("T")
# The calls that a bring-up, a tear-down, the tick and the reconciler make.
CALLS = [
    "stop", "delete_ingests", "ensure_room", "create_ingest", "ensure_path", "start", "publisher", "inspect",
    "delete_room", "remove_path", "list", "list_rooms", "list_ingests", "list_paths",
    "set_layers", "set_viewer_layers",
]  # fmt: skip
PERMANENT, TRANSIENT = MediaError("source_unauthorised", permanent=True), MediaError("sfu_unreachable")


class Crash(BaseException):
    """kill -9 of the worker: nothing that comes after it is done, not even what a `finally` says."""


@dataclass
class Outside(Memory):
    """Before and after each call, and at each check of the work lease, a worker may die."""

    crash_in: int | None = None  # so many steps from now

    def step(self) -> None:
        if self.crash_in is None:
            return
        self.crash_in -= 1
        if self.crash_in < 0:
            self.crash_in = None
            raise Crash

    def call(self, name: str, do: Callable[[], T]) -> T:
        self.step()
        answer = super().call(name, do)
        self.step()
        return answer

    def heal(self) -> None:
        self.crash_in, self.publishes, self.ready = None, True, True
        for trouble in (self.fail, self.fail_after, self.before):
            trouble.clear()

    def clear(self) -> None:
        self.heal()
        for things in (self.pushers, self.ingests, self.rooms, self.paths, self.sessions, self.viewers):
            things.clear()
        self.senders.clear()
        for told in (self.starts, self.told, self.shown, self.doubles, self.more_ingests):
            told.clear()
        self.specs.clear()


class VirtualTime:
    """Stands for the module `time` where the lifecycle waits: a wait moves the clock."""

    def monotonic(self) -> float:
        return clock.offset.total_seconds()

    def sleep(self, seconds: float) -> None:
        clock.offset += timedelta(seconds=max(seconds, 0.5))


class MortalLease(WorkLease):
    """A work lease whose worker may die at each check; a dead one gives nothing back."""

    outside: Outside

    def check(self) -> None:
        self.outside.step()
        super().check()

    def release(self) -> None:
        if not isinstance(sys.exc_info()[1], Crash):
            super().release()
