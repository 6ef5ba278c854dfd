"""What an H.264 stream says of itself while it flows. Pure: the beginnings of access units in, a verdict out.

The SDP's parameter sets may be missing, stale, or those of the beginning only: the stream's own count.
"""

from __future__ import annotations

from whip_pusher import h264

BEGINNING = 1024  # bytes of an access unit, in which its parameter sets and the first slice's type are looked for
UNDECIDED_FRAMES = 30


class Reading:
    """`unfit`: the code word of what browsers cannot be sent, once it was seen; `undecodable`: nor show at all.

    `undecided`: only the frames can tell whether they are reordered; the first of them are then looked at. `silent`: so
    it was with the newest parameter sets."""

    def __init__(self) -> None:
        self._sps, self._frames_left = b"", 0
        self.silent = False
        self.unfit: str | None = None
        self.undecodable = False

    def begin(self, *, undecided: bool) -> None:
        self.silent = undecided
        self._frames_left = UNDECIDED_FRAMES if undecided else 0

    def wants(self, *, keyframe: bool) -> bool:
        """Whether there is something to be learned from this access unit."""
        return keyframe or self._frames_left > 0

    def take(self, beginning: bytes, *, keyframe: bool) -> bool:
        """True: it is unfit, which was not known before."""
        before = self.unfit
        if keyframe:
            self._learn(h264.first_sps(beginning))
        else:
            self._frames_left -= 1
            if h264.has_b_slice(beginning):
                self._refuse("b_frames")
        return before is None and self.unfit is not None

    def _learn(self, unit: bytes | None) -> None:
        if unit is None or unit == self._sps:
            return
        self._sps, sps = unit, h264.parsed(unit)
        self.begin(undecided=sps is None or sps.reorders is None)
        self.undecodable = bool(sps and sps.undecodable)
        if sps is not None and sps.unfit:
            self._refuse(sps.unfit)

    def _refuse(self, why: str) -> None:
        self._frames_left = 0
        self.unfit = self.unfit or why
