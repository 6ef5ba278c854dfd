"""One pusher, and what arrives of it at the receiver."""

from __future__ import annotations

import subprocess
import time

from whip_pusher.tests.programs import Line, Program

SOME_TIME = 30  # seconds, for what is not about time, on a busy machine


def now_ms() -> float:
    """Milliseconds since 1970, as the cameras paint them."""
    return time.time() * 1000


class Viewer:
    """`pusher` is the program under test, `receiver` the peer that all share, `name` this session's there."""

    def __init__(self, pusher: Program, receiver: Program, name: str) -> None:
        self.pusher, self.receiver, self.name = pusher, receiver, name

    def source(self, timeout: float = SOME_TIME, **fields: object) -> Line:
        """The pusher's decision, or the next one that has these fields."""
        return self.pusher.wait_for("source", timeout, **fields)

    def offer(self) -> list[Line]:
        """The m-lines of the pusher's offer: kind, codecs, msid."""
        media: list[Line] = self._arrived("offer", SOME_TIME)["media"]
        return media

    def frame(self, timeout: float = SOME_TIME, **fields: object) -> Line:
        """The next decoded picture with these fields."""
        return self._arrived("frame", timeout, **fields)

    def frame_after(self, ms: float, timeout: float = SOME_TIME) -> Line:
        """The first decoded picture that the camera made after `ms`, milliseconds since 1970."""
        while (frame := self.frame(timeout)).get("made_ms", 0) <= ms:
            pass
        return frame

    def frames(self, count: int) -> list[Line]:
        return [self.frame() for _ in range(count)]

    def rate(self, *, after: float, seconds: float) -> float:
        """Decoded pictures a second, in the `seconds` that begin `after` seconds from the next."""
        begin, count = self.frame()["at_ms"] + after * 1000, 0
        while (at := self.frame()["at_ms"]) < begin + seconds * 1000:
            count += at >= begin
        return count / seconds

    def longest_gap(self, seconds: float) -> float:
        """Seconds between two decoded pictures, the most in the next `seconds`."""
        first = last = self.frame()["at_ms"]
        longest = 0
        while last - first < seconds * 1000:
            now = self.frame()["at_ms"]
            longest, last = max(longest, now - last), now
        return longest / 1000

    def sound(self, timeout: float = SOME_TIME) -> Line:
        """The first half second of sound that is not silence."""
        while (heard := self._arrived("sound", timeout))["rms"] < 500:
            pass
        return heard

    def _arrived(self, event: str, timeout: float, **fields: object) -> Line:
        try:
            return self.receiver.wait_for(event, timeout, session=self.name, **fields)
        except AssertionError as error:
            error.add_note(f"the pusher said:\n{''.join(self.pusher.output[-40:])}")
            raise

    def end(self) -> None:
        """SIGTERM, so that the receiver is told, too; SIGKILL where that is not enough."""
        self.pusher.process.terminate()
        try:
            self.pusher.process.wait(3)
        except subprocess.TimeoutExpired:
            self.pusher.stop()
