"""Rates between two looks at the counters."""

from __future__ import annotations

import time
from collections.abc import Callable

from whip_pusher.media import Meter


class Stats:
    """`sequence_number()` counts the RTP packets made, modulo 2^16."""

    def __init__(self, meter: Meter, sequence_number: Callable[[], int]) -> None:
        self._meter, self._sequence_number = meter, sequence_number
        self._at = time.monotonic()
        self._frames = self._bytes = self._packets = 0
        self._sequence = 0

    def sample(self) -> dict[str, object]:
        """Since the last sample: kbit/s and frames/s; since the start: packets and changes of the pipeline."""
        now, frames, size = time.monotonic(), self._meter.frames, self._meter.bytes
        seconds = max(now - self._at, 0.001)
        kbps, fps = (size - self._bytes) * 8 / 1000 / seconds, (frames - self._frames) / seconds
        self._at, self._frames, self._bytes = now, frames, size
        self._count_packets()
        restarts = max(0, self._meter.heads - 1)
        return {"bitrate_kbps": round(kbps), "fps": round(fps, 1), "packets": self._packets, "restarts": restarts}

    def _count_packets(self) -> None:
        number = self._sequence_number()
        self._packets += (number - self._sequence) % 65536
        self._sequence = number
