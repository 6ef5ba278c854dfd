"""How long and how often what was lost is tried again. Pure: the clock is handed in.

An absence has a time limit. What comes back and goes again is let rest longer each time, until it held for
`STEADY_SECONDS`, and too many losses within a minute are the end, too: a camera that gives one frame and hangs up would
else be asked three times a second for ever.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from whip_pusher.exits import Exit

STEADY_SECONDS = 10.0
MINUTE = 60.0
LONGEST_REST = 5.0


class Loss(NamedTuple):
    """When it was lost, and why: what its end is called, whatever the tries after it say."""

    at: float
    code: Exit
    detail: str


class Patience:
    """`seconds`: for one absence. Pauses between tries double from `first` to `longest` seconds, or, where it keeps
    going away, up to `LONGEST_REST`."""

    def __init__(self, seconds: float, most_a_minute: int, *, first: float, longest: float) -> None:
        self._seconds, self._most, self._first, self._longest = seconds, most_a_minute, first, longest
        self._losses: deque[float] = deque()
        self._until = self._pause = 0.0
        self._back_at: float | None = None
        self._flaps = 0
        self.lost: Loss | None = None

    def lose(self, now: float, code: Exit, detail: str) -> bool:
        """It is gone, or a try failed. True: this begins an absence."""
        if self.lost is not None:
            return False
        flaps = self._back_at is not None and now - self._back_at < STEADY_SECONDS
        self._flaps = self._flaps + 1 if flaps else 0
        self._pause = min(self._first * 2**self._flaps, LONGEST_REST)
        self._losses.append(now)
        while now - self._losses[0] > MINUTE:
            self._losses.popleft()
        if self._too_often:
            detail = f"{detail}; lost {len(self._losses)} times within a minute"
        self.lost = Loss(now, code, detail)
        self.renew(now)
        return True

    def renew(self, now: float) -> None:
        """The time of the absence begins anew."""
        self._until = now + self._seconds

    def back(self, now: float) -> None:
        self.lost, self._back_at = None, now

    def forget(self) -> None:
        """Nobody wants it any more."""
        self.lost = None

    def left(self, now: float) -> bool:
        return self.lost is None or (now < self._until and not self._too_often)

    def pause(self) -> float:
        """Seconds to rest before the next try."""
        pause, self._pause = self._pause, max(self._pause, min(self._pause * 2, self._longest))
        return pause

    @property
    def _too_often(self) -> bool:
        return len(self._losses) > self._most
