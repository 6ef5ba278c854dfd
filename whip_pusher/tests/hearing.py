"""What a sound is like: how loud and how high. Enough to tell a camera's test tone from silence and from noise."""

from __future__ import annotations

import array
import itertools
import math
from collections.abc import Iterator

RATE = 8000  # samples a second; S16LE, one channel
WINDOW = RATE // 2


class Ear:
    """Cuts a stream of samples into windows of half a second."""

    def __init__(self) -> None:
        self._samples = array.array("h")

    def listen(self, data: bytes) -> Iterator[dict[str, int]]:
        self._samples.frombytes(data)
        while len(self._samples) >= WINDOW:
            window, self._samples = self._samples[:WINDOW], self._samples[WINDOW:]
            yield {"rms": loudness(window), "hz": pitch(window)}


def loudness(window: array.array[int]) -> int:
    """Root mean square, of 32767."""
    return round(math.sqrt(sum(sample * sample for sample in window) / len(window)))


def pitch(window: array.array[int]) -> int:
    """Hertz of a pure tone."""
    changes = sum((left < 0) != (right < 0) for left, right in itertools.pairwise(window))
    return round(changes / 2 * RATE / len(window))
