"""The least that publishes a camera, to compare with: GStreamer's elements in a row, and nobody who watches or mends.

`/usr/bin/python3 -m bench.pusher.plain RTSP_URL WHIP_URL KEY` prints `{"event": "playing"}` once the connection stands.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from whip_pusher import whip
from whip_pusher.gst import GLib, Gst, GstSdp, GstWebRTC

LINE = (
    "rtspsrc name=camera protocols=tcp latency=0 ! rtph264depay ! h264parse config-interval=-1 "
    "! rtph264pay mtu=1200 aggregate-mode=zero-latency ! application/x-rtp,media=video,encoding-name=H264,payload=96 "
    "! webrtcbin name=peer bundle-policy=max-bundle"
)
ANSWER_SECONDS = 10


class Plain:
    def __init__(self, rtsp_url: str, whip_url: str, key: str) -> None:
        self._whip_url, self._key = whip_url, key
        self._pipeline = Gst.parse_launch(LINE)
        self._pipeline.get_by_name("camera").set_property("location", rtsp_url)
        self._peer = peer = self._pipeline.get_by_name("peer")
        peer.connect("on-negotiation-needed", self._offer)
        peer.connect("notify::ice-gathering-state", self._gathered)
        peer.connect("notify::connection-state", self._changed)

    def run(self) -> None:
        self._pipeline.set_state(Gst.State.PLAYING)
        GLib.MainLoop().run()

    def _offer(self, peer: Any) -> None:
        peer.emit("create-offer", None, Gst.Promise.new_with_change_func(self._offered))

    def _offered(self, promise: Any) -> None:
        reply = promise.get_reply()  # named: it owns the offer
        self._peer.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())

    def _gathered(self, peer: Any, _property: Any) -> None:
        if peer.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            sdp = peer.get_property("local-description").sdp.as_text()
            answer = whip.publish(self._whip_url, self._key, sdp, timeout=ANSWER_SECONDS).answer
            _, message = GstSdp.SDPMessage.new_from_text(answer)
            kind = GstWebRTC.WebRTCSDPType.ANSWER
            description = GstWebRTC.WebRTCSessionDescription.new(kind, message)
            peer.emit("set-remote-description", description, Gst.Promise.new())

    def _changed(self, peer: Any, _property: Any) -> None:
        if peer.get_property("connection-state") == GstWebRTC.WebRTCPeerConnectionState.CONNECTED:
            print(json.dumps({"event": "playing"}), flush=True)


if __name__ == "__main__":
    Plain(*sys.argv[1:]).run()
