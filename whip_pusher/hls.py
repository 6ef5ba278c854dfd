"""HLS from the same access units that go to the SFU: a thread of its own, a short queue, and no way back to the stream.

Our own multiplexer instead of hlssink2: an error in a tee's branch ends the whole GStreamer pipeline, and a pipeline
of its own costs three threads and more memory than this.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from whip_pusher.config import HlsSettings
from whip_pusher.mpegts import TsMuxer
from whip_pusher.playlist import Folder, Segment

QUEUED_UNITS = 200
BATCH = 0.25  # Seconds; waking for each frame would double what HLS costs.
EARLY = 0.25  # A keyframe this much (of a segment's length) early still cuts, so that jitter does not double segments.
LONGEST_GAP = 3.0


class Unit(NamedTuple):
    """One H.264 access unit; `pts` in 90 kHz."""

    pts: int
    data: bytes
    keyframe: bool


class HlsOutput:
    """`write()` never blocks and never raises; the first error ends the output and is reported once.

    `first`: the number of its first segment. One that follows another goes on from its `next_number`: players take a
    number they have seen for a segment they have played.
    """

    def __init__(self, settings: HlsSettings, on_error: Callable[[str], None], first: int = 0) -> None:
        self._settings, self._on_error = settings, on_error
        self._first = self.next_number = first
        self._queue: queue.Queue[Unit | None] = queue.Queue(QUEUED_UNITS)
        self.alive = True
        self._thread = threading.Thread(target=self._run, name="hls", daemon=True)
        self._thread.start()

    @property
    def written(self) -> bool:
        """Whether a whole segment of it is on the disk."""
        return self.next_number > self._first + 1

    def join(self, timeout: float) -> None:
        """Wait up to `timeout` seconds for the end that an error brings."""
        self._thread.join(timeout)

    def write(self, unit: Unit) -> None:
        try:
            self._queue.put_nowait(unit)
        except queue.Full:
            self._drain()

    def interrupt(self) -> None:
        """What comes next does not follow what came before."""
        self._drain()

    def _drain(self) -> None:
        """The disk is too slow, or the picture another: begin again at the next keyframe."""
        try:
            while True:
                self._queue.get_nowait()
        except queue.Empty:
            pass
        with contextlib.suppress(queue.Full):
            self._queue.put_nowait(None)

    def _run(self) -> None:
        try:
            folder = Folder(self._settings.directory, self._settings.most_bytes)
            folder.clear()
            cutter = Cutter(folder, self._settings, self._first)
            while True:
                cutter.take(self._queue.get())
                self.next_number = cutter.number + 1
                if self._queue.empty():
                    time.sleep(BATCH)
        except OSError as error:
            self.alive = False
            self._on_error(error.strerror or type(error).__name__)


class Cutter:
    """Cuts access units into segments at keyframes."""

    def __init__(self, folder: Folder, settings: HlsSettings, first: int = 0) -> None:
        self._folder = folder
        self._most_bytes = settings.most_bytes
        self._ticks = round(settings.segment_seconds * 90000 * (1 - EARLY))
        self._muxer = TsMuxer()
        self._file: BinaryIO | None = None
        self._size = self._start = self._last = 0
        self.number = first  # of the segment that is being written
        self._broken = first > 0  # others came before it, and some are missing

    def take(self, unit: Unit | None) -> None:
        """Add one unit; None means that some were lost. Raises OSError."""
        if unit is None or self._jumps(unit):
            self._abandon()
        if unit is None:
            return
        if unit.keyframe and (self._file is None or unit.pts - self._start >= self._ticks):
            self._finish(unit.pts)
            self._begin(unit.pts)
        if self._file is not None:
            self._append(self._muxer.access_unit(unit.pts, unit.data, keyframe=unit.keyframe))
        self._last = unit.pts

    def _jumps(self, unit: Unit) -> bool:
        return self._file is not None and not -90000 < unit.pts - self._last < LONGEST_GAP * 90000

    def _begin(self, pts: int) -> None:
        self._start, self._size = pts, 0
        self._file = self._folder.path(self.number).open("wb", buffering=65536)
        self._append(self._muxer.tables())

    def _append(self, data: bytes) -> None:
        assert self._file is not None
        self._size += len(data)
        # Half of the allowance at most for one segment, so that there is always a finished one to read.
        if self._size > self._most_bytes // 2 or self._folder.room(self._size) < self._size:
            self._abandon()
            return
        self._file.write(data)

    def _finish(self, pts: int) -> None:
        if self._file is None:
            return
        self._file.close()
        self._file = None
        self._folder.add(Segment(self.number, (pts - self._start) / 90000, self._size, self._broken))
        self.number += 1
        self._broken = False

    def _abandon(self) -> None:
        if self._file is None:
            return
        self._file.close()
        self._file = None
        self._folder.path(self.number).unlink(missing_ok=True)
        self._broken = True
