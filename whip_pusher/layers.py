"""Which layers are wanted: a small JSON file that whoever started the program may replace at any time.

`{"layers": ["high", "low"]}`. It is looked at four times a second (a stat costs 2 µs), and what cannot be read or makes
no sense changes nothing.
"""

from __future__ import annotations

import json
from pathlib import Path

HIGH, LOW = "high", "low"
LAYERS = (HIGH, LOW)
MOST_BYTES = 4096


def parse(words: object) -> frozenset[str] | None:
    """A list of layer names; None where it is none, or empty."""
    if not isinstance(words, list) or not words or not all(word in LAYERS for word in words):
        return None
    return frozenset(words)


class Control:
    """`changed()` gives the wanted layers when the file has been replaced since the last look, else None."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None

    def changed(self) -> frozenset[str] | None:
        if self._path is None:
            return None
        try:
            found = self._path.stat()
            mark = (found.st_ino, found.st_ctime_ns, found.st_size)
            if mark == self._seen:
                return None
            self._seen = mark
            with self._path.open("rb") as file:
                said = json.loads(file.read(MOST_BYTES))
        except (OSError, ValueError, RecursionError):
            return None
        return parse(said.get("layers")) if isinstance(said, dict) else None
