"""A publisher of test pictures that prints what `transport_stats` reads, ten times a second, as JSON lines.

Run by `/usr/bin/python3 -m whip_pusher.tests.stats_peer WHIP_URL KEY TRACKS`.
"""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import asdict
from typing import Any

from whip_pusher import transport_stats, whip
from whip_pusher.gst import GLib, Gst, GstSdp, GstWebRTC
from whip_pusher.receiver_reports import Reports

TRACK = (
    "videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=25/1 "
    "! x264enc tune=zerolatency speed-preset=ultrafast bitrate=300 key-int-max=250 threads=1 "
    "! video/x-h264,profile=constrained-baseline ! rtph264pay config-interval=-1 pt={pt} ssrc={ssrc} "
    "! application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,payload={pt} ! peer. "
)


def complete(peer: Any) -> bool:
    return bool(peer.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE)


def offered(pipeline: Any, peer: Any, tracks: int) -> str:
    """The complete offer, once every track has its caps."""
    pipeline.set_state(Gst.State.PLAYING)
    while not all((pad := peer.get_static_pad(f"sink_{n}")) and pad.get_current_caps() for n in range(tracks)):
        threading.Event().wait(0.02)
    promise = Gst.Promise.new()
    peer.emit("create-offer", None, promise)
    promise.wait()
    reply = promise.get_reply()
    peer.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())
    while not complete(peer):
        threading.Event().wait(0.02)
    return str(peer.get_property("local-description").sdp.as_text())


def watch(peer: Any, reports: Reports) -> None:
    session = peer.get_by_name("rtpbin").emit("get-internal-session", 0)
    session.connect("on-receiving-rtcp", lambda _, packet: reports.take(packet.extract_dup(0, packet.get_size())))


def tell(peer: Any, reports: Reports) -> bool:
    for event, told in (("transport", reports.latest), ("rtpbin", None)):
        print(json.dumps({"event": event, **asdict(transport_stats.read(peer, told))}), flush=True)
    return True


def main() -> None:
    url, key, tracks = sys.argv[1], sys.argv[2], int(sys.argv[3])
    lines = "".join(TRACK.format(pt=96 + n, ssrc=1000 + n) for n in range(tracks))
    pipeline = Gst.parse_launch(f"webrtcbin name=peer bundle-policy=max-bundle {lines}")
    peer = pipeline.get_by_name("peer")
    ice = peer.get_property("ice-agent")
    ice.set_property("ice-tcp", False)
    ice.get_property("agent").set_property("upnp", False)
    answer = whip.publish(url, key, offered(pipeline, peer, tracks), timeout=5).answer
    _, message = GstSdp.SDPMessage.new_from_text(answer)
    description = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
    peer.emit("set-remote-description", description, Gst.Promise.new())
    reports = Reports()
    watch(peer, reports)
    GLib.timeout_add(100, tell, peer, reports)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
