"""What each pusher uses now: the difference of two looks at its counters."""

from __future__ import annotations

import time
from dataclasses import dataclass

from streaming.media.plane import plane
from streaming.media.ports import PusherUsage

CPU_HIGH = 50.0  # per cent of a core; a transcoder of 1080p needs about 30 (docs/operate/sizing.md)
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Rate:
    """None is what the runner does not know, or not yet."""

    cpu_percent: float | None = None  # of one core
    memory_mb: float | None = None
    received_kbps: float | None = None
    sent_kbps: float | None = None

    @property
    def high(self) -> bool:
        return self.cpu_percent is not None and self.cpu_percent > CPU_HIGH


class Meter:
    """Rates since the look before; the first look has none, so that only memory is known."""

    def __init__(self) -> None:
        self._at = 0.0
        self._before: dict[str, PusherUsage] = {}

    def look(self) -> dict[str, Rate]:
        """By camera_id, of the running pushers. Raises MediaError; the next look is then since the last good one."""
        used, now = plane().runner.usage(), time.monotonic()
        before, seconds = self._before, now - self._at
        self._before, self._at = used, now
        return {camera: rate(before.get(camera, PusherUsage()), after, seconds) for camera, after in used.items()}


def rate(before: PusherUsage, after: PusherUsage, seconds: float) -> Rate:
    cpu = _per_second(before.cpu_seconds, after.cpu_seconds, seconds)
    received = _per_second(before.received_bytes, after.received_bytes, seconds)
    sent = _per_second(before.sent_bytes, after.sent_bytes, seconds)
    return Rate(
        cpu_percent=None if cpu is None else round(cpu * 100, 1),
        memory_mb=None if after.memory_bytes is None else round(after.memory_bytes / MEGABYTE, 1),
        received_kbps=None if received is None else round(received * 8 / 1000, 1),
        sent_kbps=None if sent is None else round(sent * 8 / 1000, 1),
    )


def _per_second(before: float | None, after: float | None, seconds: float) -> float | None:
    """A counter that fell is another pusher's: it says nothing of this span."""
    if before is None or after is None or after < before or seconds <= 0:
        return None
    return (after - before) / seconds
