"""An RTP session that is told RTCP of our making: prints what `transport_stats` reads then, as one JSON line.

Run by `/usr/bin/python3 -m whip_pusher.tests.rtcp_peer`.
"""

from __future__ import annotations

import json
import struct
import threading
from dataclasses import asdict
from typing import Any

from whip_pusher import transport_stats
from whip_pusher.gst import Gst, parse_bin
from whip_pusher.receiver_reports import Reports
from whip_pusher.tests.stats_peer import watch

OURS, SFU, STRANGER = 77, 555, 78
SENDER = f"videotestsrc is-live=true ! x264enc tune=zerolatency ! rtph264pay pt=96 ssrc={OURS}"
REPORTS = "appsrc name=reports is-live=true do-timestamp=true format=time caps=application/x-rtcp"


def report(ssrc: int, fraction: int, lost: int) -> bytes:
    """A receiver report of one block, RFC 3550 §6.4.2."""
    return struct.pack("!BBHIIIIIII", 0x81, 201, 7, SFU, ssrc, fraction << 24 | lost & 0xFFFFFF, 1000, 10, 0, 0)


def nack(sequence: int) -> bytes:
    """A generic NACK of one packet, RFC 4585 §6.2.1."""
    return struct.pack("!BBHIIHH", 0x81, 205, 3, SFU, OURS, sequence, 0)


def pli() -> bytes:
    return struct.pack("!BBHII", 0x81, 206, 2, SFU, OURS)


def connect(pipeline: Any) -> Any:
    """A sender and a source of RTCP around an rtpbin; returns the source."""
    rtpbin = Gst.ElementFactory.make("rtpbin", "rtpbin")
    sender, reports, sink = parse_bin(SENDER), parse_bin(REPORTS), parse_bin("fakesink async=false")
    for part in (rtpbin, sender, reports, sink):
        pipeline.add(part)
    sender.get_static_pad("src").link(rtpbin.request_pad_simple("send_rtp_sink_0"))
    rtpbin.get_static_pad("send_rtp_src_0").link(sink.get_static_pad("sink"))
    reports.get_static_pad("src").link(rtpbin.request_pad_simple("recv_rtcp_sink_0"))
    return reports.get_by_name("reports")


def main() -> None:
    pipeline = Gst.Pipeline.new("peer")
    door = connect(pipeline)
    reports = Reports()
    pipeline.set_state(Gst.State.PLAYING)
    while not transport_stats.read(pipeline).packets_sent:
        threading.Event().wait(0.05)
    watch(pipeline, reports)
    for packet in (report(STRANGER, 255, 9), report(OURS, 32, 32) + nack(7) + pli(), report(OURS, 64, 33) + nack(9)):
        door.emit("push-buffer", Gst.Buffer.new_wrapped(packet))
        threading.Event().wait(0.1)
    for event, told in (("transport", reports.latest), ("rtpbin", None)):
        print(json.dumps({"event": event, **asdict(transport_stats.read(pipeline, told))}), flush=True)


if __name__ == "__main__":
    main()
