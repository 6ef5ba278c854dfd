"""What a video stream looks like while it flows: GOP, frame rate, bitrate, order of frames. Pure.

It is fed frame by frame, or, where that costs too much, by keyframes and counts of what came between.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

WINDOW_SECONDS = 5.0
# A step of the presentation times above this is a jump, not a rate: then the time of arrival tells how long it took.
MOST_STEP = 1.0
# A gap between frames above this is a pause of the source, not a long GOP: what was seen before no longer counts.
PAUSE = 2.5
KEYFRAMES_KEPT = 4
BACKWARD_STEPS = 3
BITRATE_SECONDS = 3.0
FRAME_MARGIN = 1.5
MOST_GROUP = 60.0  # a distance of keyframes above this is a jump of the presentation times

Unfit = Literal["b_frames", "long_gop", "bitrate"]


class Head(NamedTuple):
    """A keyframe: when it is to be shown, in seconds of the stream, and when it came, by the look's clock."""

    pts: float | None
    arrived: float


@dataclass(frozen=True)
class Limits:
    """Above these a stream is not passed through."""

    max_gop_seconds: float = 4.0
    max_bitrate_kbps: float = 8000.0


class Look:
    """A sliding window of about 5 s over one stream's access units. One thread adds, any may read.

    Time is the stream's own (presentation times), so that a network that stops and hurries says nothing about the
    camera; where those are missing or jump it is the time of arrival. Between two `count`s it is that of arrival, too,
    and each `head` puts it right. `clock` gives monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.frames = self.keyframes = 0  # since the beginning
        self._arrived: float | None = None
        self._begin()

    def _begin(self) -> None:
        self._now = 0.0
        self._pts: float | None = None
        self._window: deque[tuple[float, int, int]] = deque()  # (time, frames, bytes)
        self._frames = self._bytes = 0  # in the window
        self._back: tuple[float, ...] = ()
        self._heads: tuple[float, ...] = ()
        self._head_pts: float | None = None
        self._since: int | None = None  # frames that were counted after the last keyframe; None: each was seen

    def add(self, pts_seconds: float | None, size_bytes: int, keyframe: bool) -> None:
        """One access unit, in the order of arrival."""
        waited = self._waited()
        if waited > PAUSE:
            self._begin()
        else:
            self._now += self._step(pts_seconds, waited)
        self._pts = pts_seconds if pts_seconds is not None else self._pts
        self._since = None
        self._slide(1, size_bytes)
        if keyframe:
            self._keep_head(self._now, pts_seconds)

    def count(self, frames: int, size_bytes: int, heads: Sequence[Head] = ()) -> None:
        """So many access units came since the last look, and nobody saw any of them but the keyframes."""
        if not frames and not heads:
            return
        waited = self._waited()
        if waited > PAUSE:
            self._begin()
        else:
            self._now += waited
        self._pts = None
        self._since = (self._since or 0) + frames
        for head in heads:
            self._correct(head)
        self._slide(frames, size_bytes)

    def _correct(self, head: Head) -> None:
        """By the distance of two keyframes' presentation times the stream's own time is known again."""
        age = self._clock() - head.arrived
        step = None if head.pts is None or self._head_pts is None else head.pts - self._head_pts
        at = self._heads[-1] + step if step is not None and 0 < step <= MOST_GROUP else self._now - age
        self._now = at + age
        self._since = 0
        self._keep_head(at, head.pts)

    def _waited(self) -> float:
        """Seconds since the last look."""
        arrived = self._clock()
        waited = 0.0 if self._arrived is None else arrived - self._arrived
        self._arrived = arrived
        return waited

    def _slide(self, frames: int, size_bytes: int) -> None:
        window = self._window
        window.append((self._now, frames, size_bytes))
        self._frames += frames
        self._bytes += size_bytes
        while self._now - window[0][0] > WINDOW_SECONDS:
            _, gone, size = window.popleft()
            self._frames -= gone
            self._bytes -= size
        self.frames += frames

    def _keep_head(self, now: float, pts: float | None) -> None:
        self.keyframes += 1
        self._head_pts = pts
        self._heads = (*self._heads, now)[-KEYFRAMES_KEPT:]

    def _step(self, pts: float | None, waited: float) -> float:
        if pts is None or self._pts is None:
            return waited
        step = pts - self._pts
        if not -MOST_STEP <= step <= MOST_STEP:
            return waited
        if step < 0:
            self._back = (*self._back, self._now)[-BACKWARD_STEPS:]
        return step

    @property
    def seconds(self) -> float:
        """How long the window is by now."""
        window = self._window
        return max(0.0, self._now - window[0][0]) if window else 0.0

    @property
    def gop_seconds(self) -> float:
        """The longest of the last three distances of keyframes, or the time since the last one (else since the first
        frame) where that is longer already: a lower bound until `gop_known`."""
        heads = self._heads
        return max(self._open_seconds, *(later - head for head, later in pairwise(heads)), 0.0)

    @property
    def _open_seconds(self) -> float:
        """Since the last keyframe. Where frames are only counted, a network that stands still and hurries on must not
        look like a long group: there can be no more than the frames take."""
        seconds, fps = self._now - (self._heads[-1] if self._heads else 0.0), self.fps
        if self._since is None or not fps:
            return seconds
        return min(seconds, self._since * FRAME_MARGIN / fps)

    @property
    def gop_known(self) -> bool:
        """Two keyframes were seen."""
        return len(self._heads) > 1

    @property
    def fps(self) -> float | None:
        """Frames a second in the window; None: not two frames yet."""
        seconds = self.seconds
        return (self._frames - self._window[0][1]) / seconds if seconds else None

    @property
    def bitrate_kbps(self) -> float | None:
        """Of the access units in the window, without RTP's own bytes; None: not two frames yet."""
        seconds = self.seconds
        return (self._bytes - self._window[0][2]) * 8 / 1000 / seconds if seconds else None

    @property
    def backward(self) -> bool:
        """Presentation times went backwards three times within the window: B-frames. A step over a second is a jump."""
        back = self._back
        return len(back) == BACKWARD_STEPS and self._now - back[0] <= WINDOW_SECONDS


def unfit(look: Look, limits: Limits) -> Unfit | None:
    """Why this H.264 may not be passed through, or None. GOP is judged as soon as it is exceeded, bitrate over 3 s."""
    if look.backward:
        return "b_frames"
    if look.gop_seconds > limits.max_gop_seconds:
        return "long_gop"
    if look.seconds >= BITRATE_SECONDS and (look.bitrate_kbps or 0.0) > limits.max_bitrate_kbps:
        return "bitrate"
    return None
