"""Frames above a rate are dropped before they cost an encoder anything. Pure.

By the time of arrival: videorate does the same by timestamps, and throws away all frames of decoders that give none.
"""

from __future__ import annotations


class Pace:
    """`keep(now)`: whether a frame that arrives then, in seconds, is within `fps` on the average. Jitter of half a
    frame drops nothing, and nothing is made up for after a pause."""

    def __init__(self, fps: float) -> None:
        self._step = 1 / fps
        self._next = float("-inf")

    def keep(self, now: float) -> bool:
        if now < self._next - self._step / 2:
            return False
        self._next = max(self._next, now - self._step) + self._step
        return True
