"""The HLS folder: which segments exist, which are listed, and how many bytes they take (RFC 8216)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

LISTED = 6
KEPT_UNLISTED = 2  # A reader that fetched the playlist before still finds what it names.
NAME = "index.m3u8"


@dataclass(frozen=True)
class Segment:
    """One finished file; seconds, bytes."""

    number: int
    seconds: float
    size: int
    discontinuity: bool

    @property
    def name(self) -> str:
        return f"segment{self.number:05d}.ts"


def render(segments: list[Segment], discontinuities: int) -> str:
    """The playlist of these segments; `discontinuities` counts those that have left it."""
    target = max(1, *(math.ceil(segment.seconds - 0.499) for segment in segments))
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-INDEPENDENT-SEGMENTS", f"#EXT-X-TARGETDURATION:{target}"]
    lines.append(f"#EXT-X-MEDIA-SEQUENCE:{segments[0].number}")
    lines.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{discontinuities}")
    for segment in segments:
        lines += ["#EXT-X-DISCONTINUITY"] if segment.discontinuity else []
        lines += [f"#EXTINF:{segment.seconds:.3f},", segment.name]
    return "\n".join(lines) + "\n"


class Folder:
    """Owns a directory's segments. All methods raise OSError."""

    def __init__(self, directory: Path, most_bytes: int) -> None:
        self._directory, self._most_bytes = directory, most_bytes
        self._segments: list[Segment] = []
        self._gone_discontinuities = 0

    def clear(self) -> None:
        """Make the directory, and remove what an earlier run left in it; other files stay."""
        self._directory.mkdir(parents=True, exist_ok=True)
        for pattern in ("segment*.ts", f"{NAME}*"):
            for path in self._directory.glob(pattern):
                path.unlink(missing_ok=True)

    def path(self, number: int) -> Path:
        return self._directory / Segment(number, 0, 0, False).name

    def room(self, size: int) -> int:
        """Bytes a segment being written may still take, after dropping old ones for `size` more."""
        self._drop_to(self._most_bytes - size)
        return self._most_bytes - self._total()

    def add(self, segment: Segment) -> None:
        """List a finished segment; readers see the old playlist or the new one, never a part."""
        self._segments.append(segment)
        stale = self._segments[: -(LISTED + KEPT_UNLISTED)]
        self._write()
        self._remove(stale)

    def _total(self) -> int:
        return sum(segment.size for segment in self._segments)

    def _drop_to(self, most: int) -> None:
        stale: list[Segment] = []
        while len(self._segments) > len(stale) + 1 and self._total() - sum(s.size for s in stale) > most:
            stale.append(self._segments[len(stale)])
        if stale and len(self._segments) - len(stale) < LISTED:
            self._write(keep=len(self._segments) - len(stale))
        self._remove(stale)

    def _write(self, keep: int = LISTED) -> None:
        keep = min(keep, LISTED)
        earlier = sum(segment.discontinuity for segment in self._segments[:-keep])
        draft = self._directory / f"{NAME}.new"
        draft.write_text(render(self._segments[-keep:], self._gone_discontinuities + earlier))
        draft.replace(self._directory / NAME)

    def _remove(self, stale: list[Segment]) -> None:
        for segment in stale:
            self._segments.remove(segment)
            self._gone_discontinuities += segment.discontinuity
            self.path(segment.number).unlink(missing_ok=True)
