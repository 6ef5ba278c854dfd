"""When a viewer had no picture, from the moments at which a moving one of the right camera was seen. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

LOST = 1.0  # seconds; a picture is looked at some six times a second


def gaps(seen: Sequence[float], *, since: float, until: float) -> list[tuple[float, float]]:
    """(begin, end) of each time between two sightings that lies within or reaches into `since` … `until`."""
    points = [since, *(at for at in sorted(seen) if since < at < until), until]
    before = [at for at in seen if at <= since]
    points[0] = max(before, default=since)
    return list(pairwise(points))


def longest(seen: Sequence[float], *, since: float, until: float) -> float:
    """Seconds."""
    return max(end - begin for begin, end in gaps(seen, since=since, until=until))


def back_after(seen: Sequence[float], *, since: float, over: float, until: float) -> float | None:
    """Seconds from `over` to the end of the last loss that began since `since`; 0 without one, None while it lasts."""
    lost = [(begin, end) for begin, end in gaps(seen, since=since, until=until) if end - begin >= LOST]
    if not lost:
        return 0.0
    _, end = lost[-1]
    return None if end == until else max(0.0, end - over)


def first_after(seen: Sequence[float], over: float) -> float | None:
    """Seconds from `over` to the first sighting after it."""
    later = [at for at in seen if at > over]
    return min(later) - over if later else None
