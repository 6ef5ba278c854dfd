"""What the load saw: times of answers by kind of call, and what went wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.load.wire import Answer

EXPECTED = {"agency_limit_reached"}
SAMPLES = 5


@dataclass
class Tally:
    """Milliseconds, only while `counting`; errors always. `late`: how long after its moment a heartbeat was sent."""

    counting: bool = False
    times: dict[str, list[float]] = field(default_factory=dict)
    late: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    samples: list[str] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)
    unanswered: list[float] = field(default_factory=list)  # when we gave up waiting for a reservation, time.monotonic()

    def time(self, kind: str, answer: Answer) -> None:
        if self.counting:
            self.times.setdefault(kind, []).append(round(answer.seconds * 1000, 1))

    def lateness(self, seconds: float) -> None:
        if self.counting:
            self.late.append(round(seconds * 1000, 1))

    def wrong(self, kind: str, answer: Answer, code: str = "") -> None:
        self.errors[f"{kind} {answer.status} {code}".strip()] += 1
        if len(self.samples) < SAMPLES:
            self.samples.append(f"{kind}: {answer.status} {answer.body[:300]!r}")

    def as_json(self) -> dict[str, Any]:
        return {
            "times": self.times,
            "late": self.late,
            "refused": self.refused,
            "errors": self.errors,
            "samples": self.samples,
            "events": self.events,
        }
