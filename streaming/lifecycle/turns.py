"""How many start at once in a worker, and how often those look that wait for their picture.

When a control room opens hundreds of cameras at once, starts and looks without a measure took each other's processor
time, all of them ran into their deadlines, and were tried again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ALONE, MOST = 0.05, 1.0  # seconds between two looks
TOGETHER = 60.0  # looks a second, of all who wait in this process
STARTING = 8  # starts at once in this process: more would each take longer, and end no sooner


class Turns:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting = 0
        self._starts = threading.BoundedSemaphore(STARTING)

    @contextmanager
    def starting(self, check: Callable[[], None]) -> Iterator[None]:
        """One of those that start; until there is a place, `check` is called every second, and may raise."""
        while not self._starts.acquire(timeout=1):
            check()
        try:
            yield
        finally:
            self._starts.release()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def _add(self, count: int) -> None:
        with self._lock:
            self._waiting += count

    def pause(self) -> float:
        """Seconds until the next look of one who waits."""
        return min(MOST, max(ALONE, self._waiting / TOGETHER))


turns = Turns()
