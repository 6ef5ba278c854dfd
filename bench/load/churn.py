"""Who watches what, for how long, and how they go: pure, from a seeded source of chance."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from enum import Enum

SHORTEST = 20.0  # seconds anybody watches
GAP = 0.15  # of those who come take a camera that nobody watches
CRASH = 0.1  # of those who go do so without a word
HEAD = 3  # flattens the popularity of cameras: the most popular one has 8 % of its agency's viewers
COLD = 10.0  # seconds after which a camera that the last one left is drained, and whoever comes starts it anew


class Exit(Enum):
    RELEASE = "release"
    CRASH = "crash"  # the page is gone: no heartbeat, and its media ends after LiveKit's 16 s
    HANG = "hang"  # no heartbeat, but its media goes on until it is thrown out


@dataclass(frozen=True)
class Agency:
    code: str
    limit: int
    cameras: list[str]
    keys: list[str]


class Choice:
    """Of one agency: a few cameras are popular, all are watched by somebody now and then."""

    def __init__(self, agency: Agency, chance: random.Random) -> None:
        self._watched: Counter[str] = Counter()  # viewers by camera, as far as we know
        self._left: dict[str, float] = {}  # when its last viewer went
        self._agency, self._chance = agency, chance
        self._weights = [1 / (HEAD + rank) for rank in range(len(agency.cameras))]

    def come(self, now: float, *, new: bool | None = None) -> str:
        """The camera of whoever comes. `new`: one that is cold, if there is one; None: now and then."""
        camera = self._chosen(now, new=new)
        self._watched[camera] += 1
        return camera

    def go(self, camera: str, now: float) -> None:
        self._watched[camera] -= 1
        self._left[camera] = now

    def _chosen(self, now: float, *, new: bool | None) -> str:
        if new or (new is None and self._chance.random() < GAP):
            cold = [camera for camera in self._agency.cameras if self._cold(camera, now)]
            if cold:
                return self._chance.choice(cold)
        return self._chance.choices(self._agency.cameras, self._weights)[0]

    def _cold(self, camera: str, now: float) -> bool:
        return not self._watched[camera] and now - self._left.get(camera, -COLD) >= COLD


def stay(chance: random.Random, mean: float) -> float:
    return SHORTEST + chance.expovariate(1 / max(1.0, mean - SHORTEST))


def exit_of(chance: random.Random) -> Exit:
    if chance.random() >= CRASH:
        return Exit.RELEASE
    return chance.choice([Exit.CRASH, Exit.HANG])
