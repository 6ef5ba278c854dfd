"""What a soak is judged by. Pure.

The first settled minute against the last one: memory within ±5 %, no more threads or descriptors; the p50 of the
latency in the last quarter at most 10 ms above that of the first; every pusher plays on, in the session it began.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from statistics import mean, median
from typing import Any

from bench.figures import percentile

FLAT = 0.05
DRIFT_MS = 10.0
MINUTE = 60.0
LEAST_SECONDS = 2 * MINUTE


@dataclass(frozen=True)
class Sample:
    """One look at a pusher: seconds since the settled start; MB; per cent of a core since the last look."""

    at: float
    pss: float
    rss: float
    threads: int
    descriptors: int
    cpu: float


@dataclass
class Life:
    """One pusher over the whole run. `latency`: (seconds since the settled start, ms) of each frame seen, if watched.

    `trouble`: in words what is not as it was: it ended, has another session, another connection, or does not play.
    """

    name: str
    samples: list[Sample] = field(default_factory=list)
    watched: bool = False
    latency: list[tuple[float, float]] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Latency by its quarters: all frames would be tens of thousands of numbers."""
        return {**asdict(self), "latency": [asdict(quarter) for quarter in quarters(self.latency)]}


@dataclass(frozen=True)
class Quarter:
    """Latency in ms."""

    frames: int
    p50: float
    p95: float
    most: float


@dataclass(frozen=True)
class Change:
    """A figure's mean (threads, descriptors: median) in the first and in the last minute, and its slope an hour."""

    first: float
    last: float
    slope: float

    @property
    def share(self) -> float:
        return (self.last - self.first) / self.first if self.first else float(self.last > 0)


def change(samples: Sequence[Sample], name: str) -> Change:
    """Of a field of `Sample`."""
    points = [(sample.at, float(getattr(sample, name))) for sample in samples]
    end = points[-1][0]
    middle = median if name in {"threads", "descriptors"} else mean
    first = [value for at, value in points if at < points[0][0] + MINUTE]
    last = [value for at, value in points if at > end - MINUTE]
    return Change(float(middle(first)), float(middle(last)), 3600 * slope(points))


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Of the straight line of least squares; 0 for fewer than two moments."""
    x, y = mean(at for at, _ in points), mean(value for _, value in points)
    below = sum((at - x) ** 2 for at, _ in points)
    return sum((at - x) * (value - y) for at, value in points) / below if below else 0.0


def quarters(latency: Sequence[tuple[float, float]]) -> list[Quarter]:
    """Of the time between the first frame and the last; a quarter in which no frame came is not in it."""
    if not latency:
        return []
    begin, length = latency[0][0], (latency[-1][0] - latency[0][0]) / 4 or 1.0
    parts: list[list[float]] = [[], [], [], []]
    for at, value in latency:
        parts[min(3, int((at - begin) / length))].append(value)
    return [Quarter(len(part), percentile(part, 0.5), percentile(part, 0.95), max(part)) for part in parts if part]


def breaches(lives: Sequence[Life], *, seconds: float) -> list[str]:
    """In words, each with the pusher's name; none: it holds. A run that was too short to tell is a breach itself."""
    if seconds < LEAST_SECONDS:
        return [f"only {seconds:.0f} s were measured, {LEAST_SECONDS:.0f} are the least"]
    return [f"{life.name}: {words}" for life in lives for words in _breaches(life, seconds)]


def _breaches(life: Life, seconds: float) -> Iterator[str]:
    yield from life.trouble
    if not life.samples or life.samples[-1].at < seconds - MINUTE:
        yield "was not measured to the end"
        return
    for name in ("pss", "rss"):
        found = change(life.samples, name)
        if abs(found.share) > FLAT:
            yield f"{name.upper()} {found.first:.1f} → {found.last:.1f} MB ({found.share:+.1%})"
    for name in ("threads", "descriptors"):
        found = change(life.samples, name)
        if found.last > found.first:
            yield f"{name} {found.first:g} → {found.last:g}"
    if life.watched:
        yield from _drift(life, seconds)


def _drift(life: Life, seconds: float) -> Iterator[str]:
    found = quarters(life.latency)
    if len(found) < 4 or life.latency[-1][0] < seconds - MINUTE:
        yield "frames did not come to the end"
    elif found[3].p50 > found[0].p50 + DRIFT_MS:
        yield f"latency p50 {found[0].p50:.0f} → {found[3].p50:.0f} ms"
