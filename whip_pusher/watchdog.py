"""Which silence means that a run is over. Pure: marks and a clock in, a verdict out.

Nothing in GStreamer tells that a source or an SFU has died: a killed RTSP server is silence, a killed SFU stays
"connected" for half a minute. Living SFUs send RTCP about once a second (measured with LiveKit and Janus).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from whip_pusher.config import Timeouts
from whip_pusher.exits import Exit

PAUSE = 2.5  # A gap between packets that counts as a pause of the source: an SFU may then be silent, too.


class Verdict(NamedTuple):
    exit: Exit
    detail: str


@dataclass
class Marks:
    """When what happened last, in monotonic seconds; None: not yet."""

    started: float
    described: float | None = None
    offered: float | None = None
    connected: float | None = None
    first_packet: float | None = None
    packet: float | None = None
    frame: float | None = None
    resumed: float | None = None
    rtcp: float | None = None

    def on_packet(self, now: float) -> None:
        if self.packet is None or now - self.packet > PAUSE:
            self.resumed = now
        self.packet = now
        if self.first_packet is None:
            self.first_packet = now

    def rtcp_age(self, now: float) -> float | None:
        """Seconds since the SFU's last RTCP, or since it could have sent any; None: not connected."""
        if self.connected is None:
            return None
        return now - max(self.connected, self.rtcp or 0, self.resumed or 0)


def verdict(marks: Marks, limits: Timeouts, now: float) -> Verdict | None:
    """The reason to end the run, or None."""
    return _source(marks, limits, now) or _sfu(marks, limits, now)


def _source(marks: Marks, limits: Timeouts, now: float) -> Verdict | None:
    if marks.described is None and now - marks.started > limits.connect:
        return Verdict(Exit.SOURCE_UNREACHABLE, f"no RTSP answer within {limits.connect:g} s")
    if marks.first_packet is None:
        late = now - marks.started > limits.first_packet
        return Verdict(Exit.SOURCE_UNREACHABLE, f"no packet within {limits.first_packet:g} s") if late else None
    if marks.connected is None:
        return None
    # Before the connection stands nothing flows, because webrtcbin holds it back.
    if now - max(marks.connected, marks.packet or 0) > limits.packet:
        return Verdict(Exit.SOURCE_STALLED, f"no packet for {limits.packet:g} s")
    if now - max(marks.connected, marks.frame or marks.first_packet) > limits.first_packet:
        return Verdict(Exit.CODEC_REFUSED, f"packets, but no frame for {limits.first_packet:g} s")
    return None


def _sfu(marks: Marks, limits: Timeouts, now: float) -> Verdict | None:
    if marks.connected is None:
        late = marks.offered is not None and now - marks.offered > limits.negotiation
        return Verdict(Exit.SFU_GONE, f"no connection within {limits.negotiation:g} s") if late else None
    flowing = marks.packet is not None and now - marks.packet < PAUSE
    # The first report may take its time: RTCP's timers start with a random wait (RFC 3550 §6.2).
    patience = limits.rtcp * (1 if marks.rtcp else 2)
    if flowing and (marks.rtcp_age(now) or 0) > patience:
        return Verdict(Exit.SFU_GONE, f"no RTCP for {patience:g} s")
    return None
