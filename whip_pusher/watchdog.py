"""Which silence means that a camera or an SFU is gone. Pure: marks and a clock in, a verdict out.

Nothing in GStreamer tells that a source or an SFU has died: a killed RTSP server is silence, a killed SFU stays
"connected" for half a minute. Living SFUs send RTCP about once a second (measured with LiveKit and Janus).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from whip_pusher.config import Timeouts
from whip_pusher.exits import Exit

# Recorders' cameras make groups of 12 to 20 s to save bits; a decoder that joins in the middle waits for the next.
KEYFRAME_WAIT = 30.0
PAUSE = 2.5  # A gap between packets that counts as a pause of the source: an SFU may then be silent, too.


class Verdict(NamedTuple):
    exit: Exit
    detail: str


@dataclass
class SourceMarks:
    """When what happened last on one connection to a camera, in monotonic seconds; None: not yet."""

    started: float
    described: float | None = None
    first_packet: float | None = None
    packet: float | None = None
    keyframe: float | None = None  # the first that was to be decoded
    frame: float | None = None
    resumed: float | None = None

    def on_packet(self, now: float) -> None:
        self.packet = now
        if self.first_packet is None:
            self.first_packet = now

    def on_frame(self, now: float) -> None:
        if not self.sends(now):
            self.resumed = now
        self.frame = now

    def flowing(self, now: float) -> bool:
        """Something comes."""
        return self.packet is not None and now - self.packet < PAUSE

    def sends(self, now: float) -> bool:
        """Frames go on. Packets alone do not, for as long as a group's beginning is waited for."""
        return self.frame is not None and now - self.frame < PAUSE


def last_resumed(marks: Iterable[SourceMarks]) -> float | None:
    """When frames last began to go out on any of them; None: not yet."""
    return max((each.resumed for each in marks if each.resumed), default=None)


@dataclass
class SfuMarks:
    """The same of one WHIP session; `allowed`: it may be published, which waits for the offer only."""

    offered: float | None = None
    connected: float | None = None
    rtcp: float | None = None
    allowed: float | None = None

    def rtcp_age(self, now: float, resumed: float | None) -> float | None:
        """Seconds since the SFU's last RTCP, or since it could have sent any; None: not connected.

        `resumed`: when media last began to flow.
        """
        if self.connected is None:
            return None
        return now - max(self.connected, self.rtcp or 0, resumed or 0)


def of_source(marks: SourceMarks, limits: Timeouts, now: float, *, connected: float | None) -> Verdict | None:
    """Why this connection to a camera is over, or None. `connected`: since when media can leave; None: it cannot."""
    if marks.described is None:
        late = now - marks.started > limits.connect
        return Verdict(Exit.SOURCE_UNREACHABLE, f"no RTSP answer within {limits.connect:g} s") if late else None
    if marks.first_packet is None:
        late = now - marks.started > limits.first_packet
        return Verdict(Exit.SOURCE_UNREACHABLE, f"no packet within {limits.first_packet:g} s") if late else None
    if connected is None:
        return None
    # Before the connection stands nothing flows, because webrtcbin holds it back.
    if now - max(connected, marks.packet or 0) > limits.packet:
        return Verdict(Exit.SOURCE_STALLED, f"no packet for {limits.packet:g} s")
    return _without_frames(marks, limits, now, connected)


def _without_frames(marks: SourceMarks, limits: Timeouts, now: float, connected: float) -> Verdict | None:
    """Packets come. A keyframe that does not decode is the codec's fault; without one there is nothing to decode."""
    if marks.frame is None and marks.keyframe is not None:
        late = now - max(connected, marks.keyframe) > limits.first_packet
        detail = f"a keyframe, but no frame for {limits.first_packet:g} s"
        return Verdict(Exit.CODEC_REFUSED, detail) if late else None
    wait = max(KEYFRAME_WAIT, limits.first_packet)
    late = now - max(connected, marks.frame or marks.first_packet or 0) > wait
    return Verdict(Exit.SOURCE_STALLED, f"packets, but no frame for {wait:g} s") if late else None


def of_sfu(marks: SfuMarks, limits: Timeouts, now: float, *, flowing: bool, resumed: float | None) -> Verdict | None:
    """Why this WHIP session is over, or None. `flowing`: media is sent, so that the SFU has something to report on."""
    if marks.connected is None:
        begun, what = (marks.offered, "connection") if marks.offered is not None else (marks.allowed, "offer")
        late = begun is not None and now - begun > limits.negotiation
        return Verdict(Exit.SFU_GONE, f"no {what} within {limits.negotiation:g} s") if late else None
    # The first report may take its time: RTCP's timers start with a random wait (RFC 3550 §6.2).
    patience = limits.rtcp * (1 if marks.rtcp else 2)
    if flowing and (marks.rtcp_age(now, resumed) or 0) > patience:
        return Verdict(Exit.SFU_GONE, f"no RTCP for {patience:g} s")
    return None
