"""What the way to the SFU is like: loss, round trip, requests for repair; as rtpbin counted it from the SFU's RTCP.

webrtcbin's own `get-stats` tells the same by a promise that its thread must keep, and so can be waited for in vain; the
RTP sessions' property needs that thread not, and takes 90 µs a track (measured, GStreamer 1.22). SFUs report once a
second: reading more often tells nothing new, but does no harm. May be called from any thread and at any time.
Loss and round trip are taken from `receiver_reports.Reports` where the caller keeps one: of LiveKit's reports rtpbin
tells nothing (measured with 1.13.5), of Janus' it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from whip_pusher.receiver_reports import Report

MOST_SESSIONS = 8
NTP_SHORT = 65536  # RFC 3550 §6.4.1: delays are told in 1/65536 s
FRACTION = 256  # and the fraction lost in 1/256
FIELDS = (
    *("ssrc", "internal", "packets-sent", "octets-sent", "recv-nack-count", "recv-pli-count", "recv-fir-count"),
    *("have-rb", "rb-ssrc", "rb-packetslost", "rb-fractionlost", "rb-lsr", "rb-round-trip"),
)


@dataclass(frozen=True)
class TransportStats:
    """All tracks together, since the session's begin. None: not known yet.

    `rtt_ms` of the slowest track, `fraction_lost` (0 to 1, since the SFU's last report) of the worst; nack, pli, fir:
    how often the SFU asked for lost packets and for keyframes.
    """

    rtt_ms: float | None = None
    packets_lost: int | None = None
    fraction_lost: float | None = None
    nack: int | None = None
    pli: int | None = None
    fir: int | None = None
    packets_sent: int | None = None
    bytes_sent: int | None = None


def read(webrtcbin: Any, reports: Mapping[int, Report] | None = None) -> TransportStats:
    """Read the counters; all None before the connection stands. `reports`: the newest of each SSRC."""
    sources = list(_sources(webrtcbin))
    sent = [source for source in sources if source["internal"] and source["packets-sent"]]
    ours = {source["ssrc"] for source in sent}
    if not sent:
        return TransportStats()
    told = dict(_told(sources)) if reports is None else reports
    known = [report for ssrc, report in told.items() if ssrc in ours]
    trips = [report.rtt_seconds for report in known if report.rtt_seconds is not None]
    return TransportStats(
        rtt_ms=round(max(trips) * 1000, 1) if trips else None,
        packets_lost=sum(report.lost for report in known) if known else None,
        fraction_lost=max(report.fraction_lost for report in known) if known else None,
        nack=_sum(sent, "recv-nack-count"),
        pli=_sum(sent, "recv-pli-count"),
        fir=_sum(sent, "recv-fir-count"),
        packets_sent=_sum(sent, "packets-sent"),
        bytes_sent=_sum(sent, "octets-sent"),
    )


def _sources(webrtcbin: Any) -> Iterator[dict[str, int]]:
    rtpbin = webrtcbin.get_by_name("rtpbin")
    for number in range(MOST_SESSIONS):
        session = rtpbin.emit("get-internal-session", number)
        if session is None:
            return
        stats = session.get_property("stats")  # Named: it owns the sources that are read from it.
        yield from [_counters(source) for source in stats.get_value("source-stats") or ()]


def _told(sources: list[dict[str, int]]) -> Iterator[tuple[int, Report]]:
    """What rtpbin knows of reports."""
    for source in sources:
        if source["have-rb"]:
            trip = source["rb-round-trip"] / NTP_SHORT if source["rb-lsr"] else None
            yield (
                source["rb-ssrc"],
                Report(source["rb-fractionlost"] / FRACTION, max(0, source["rb-packetslost"]), trip),
            )


def _counters(source: Any) -> dict[str, int]:
    """A field that GStreamer tells only of the other side's SSRCs, or not at all, is 0."""
    return {name: int(source.get_value(name)) if source.has_field(name) else 0 for name in FIELDS}


def _sum(sources: list[dict[str, int]], name: str) -> int:
    return sum(source[name] for source in sources)
