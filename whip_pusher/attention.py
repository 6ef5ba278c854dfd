"""What is seen of a stream that passes: each access unit at first, and later, when nothing hangs on a single one, only
its keyframes and how many came between.

A call into Python for each of 25 frames a second costs 0.5 % of a core, a fifth of all that a pusher needs.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any

from whip_pusher.looking import BITRATE_SECONDS, Head, Look
from whip_pusher.reading import BEGINNING, Reading

SECOND = 1_000_000_000
NONE = 2**64 - 1  # GST_CLOCK_TIME_NONE


class Attention:
    """`judged`: the stream itself is read, because it may have to be transcoded. `see` and `head` are called from
    GStreamer's threads, `count` from the main loop's."""

    def __init__(self, *, judged: bool) -> None:
        self._judged = judged
        self.look, self.reading = Look(), Reading()
        self._heads: deque[Head] = deque()
        self._looking = threading.Lock()

    @property
    def may_rest(self) -> bool:
        """Nothing is to be learned from single access units. Where the SPS is silent about their order there always is:
        B-frames may begin at any time."""
        reading = self.reading
        known = not (self._judged and (reading.silent or reading.undecodable or reading.unfit))
        return known and self.look.seconds >= BITRATE_SECONDS

    def see(self, unit: Any, *, keyframe: bool) -> bool:
        """An access unit; True: the stream turned out to be unfit."""
        with self._looking:
            self.look.add(_seconds(unit), unit.get_size(), keyframe)
        return self._read(unit, keyframe=keyframe)

    def head(self, unit: Any) -> bool:
        """A keyframe while the others are not seen; True: the stream turned out to be unfit."""
        self._heads.append(Head(_seconds(unit), time.monotonic()))
        return self._read(unit, keyframe=True)

    def count(self, frames: int, size_bytes: int) -> None:
        """What came since the last count."""
        heads = [self._heads.popleft() for _ in range(len(self._heads))]
        with self._looking:
            self.look.count(frames, size_bytes, heads)

    def _read(self, unit: Any, *, keyframe: bool) -> bool:
        if not self._judged or not self.reading.wants(keyframe=keyframe):
            return False
        return self.reading.take(unit.extract_dup(0, BEGINNING), keyframe=keyframe)


def _seconds(unit: Any) -> float | None:
    pts = unit.pts
    return None if pts == NONE else pts / SECOND
