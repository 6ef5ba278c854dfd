"""The SFU's reports on our tracks (RTCP report blocks, RFC 3550 §6.4). Pure: packets in, loss and round trip out.

rtpbin tells only those that come under a reporter's own SSRC, and of each reporter the last; LiveKit reports each track
under the track's SSRC, which rtpbin takes for its own and keeps to itself.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

SENDER, RECEIVER = 200, 201  # packet types with report blocks, and where those begin
BLOCKS_AT = {SENDER: 28, RECEIVER: 8}
BLOCK = struct.Struct("!IIIIII")
NTP_UNIX = 2_208_988_800  # seconds from 1900 to 1970
SHORT = 65_536  # delays are told in 1/65536 s
MOST_RTT = 60.0  # seconds; above it clocks disagree, and nothing was measured
MOST_TRACKS = 16


class Report(NamedTuple):
    """Of one track. `fraction_lost` since the report before (0 to 1), `lost` packets since the beginning."""

    fraction_lost: float
    lost: int
    rtt_seconds: float | None


class Reports:
    """The newest report of each SSRC. One thread takes, any may read; `clock` gives Unix time."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self.latest: dict[int, Report] = {}

    def take(self, compound: bytes) -> None:
        """One RTCP packet as it came; what is broken or no report is left out."""
        now = int((self._clock() + NTP_UNIX) * SHORT)
        for ssrc, loss, _sequence, _jitter, last, delay in _blocks(compound):
            if ssrc in self.latest or len(self.latest) < MOST_TRACKS:
                lost = (loss & 0x7FFFFF) - (loss & 0x800000)
                report = Report((loss >> 24) / 256, max(0, lost), _trip(now, last, delay))
                self.latest = {**self.latest, ssrc: report}


def _trip(now: int, last: int, delay: int) -> float | None:
    """RFC 3550 §6.4.1: arrival less the time of our last sender report less how long the SFU held it."""
    if not last:
        return None
    seconds = ((now - last - delay) & 0xFFFFFFFF) / SHORT
    if seconds > MOST_RTT:
        # A hair below zero is a round trip too short for two clocks' steps.
        return 0.0 if seconds > SHORT - 1 else None
    return seconds


def _blocks(compound: bytes) -> Iterator[tuple[int, ...]]:
    at = 0
    while at + 4 <= len(compound):
        first, kind, words = struct.unpack_from("!BBH", compound, at)
        end = at + 4 * (words + 1)
        if first >> 6 != 2 or end > len(compound):
            return
        begin = at + BLOCKS_AT.get(kind, 0)
        for number in range(first & 31 if kind in BLOCKS_AT else 0):
            if begin + BLOCK.size * (number + 1) <= end:
                yield BLOCK.unpack_from(compound, begin + BLOCK.size * number)
        at = end
