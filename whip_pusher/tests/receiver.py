"""A tiny real WebRTC peer with a WHIP endpoint: decodes what it gets and reads the cameras' clock strip.

Run by `/usr/bin/python3 -m whip_pusher.tests.receiver KEY`; prints its URL, then one JSON line per decoded frame.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from deploy.demo.clock_strip import read_plane
from whip_pusher.gst import GLib, Gst, GstSdp, GstWebRTC, element, parse_bin

DECODE = (
    "rtph264depay ! h264parse ! avdec_h264 max-threads=1 ! videoconvert ! capsfilter caps=video/x-raw,format=GRAY8 "
    "! appsink name=sink emit-signals=true sync=false"
)


def say(**fields: object) -> None:
    print(json.dumps(fields), flush=True)


class Receiver:
    def __init__(self, offer: str) -> None:
        self._gathered = threading.Event()
        self._offer, self.answer = offer, ""
        self.pipeline = Gst.Pipeline.new("receiver")
        self._peer = element("webrtcbin", "peer", bundle_policy=GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        self._ice = self._peer.get_property("ice-agent")
        self._ice.get_property("agent").set_property("upnp", False)
        self._ice.emit("add-local-ip-address", "127.0.0.1")
        self._peer.connect("pad-added", self._added)
        self._peer.connect("notify::ice-gathering-state", self._gathering)
        self.pipeline.add(self._peer)
        self.pipeline.set_state(Gst.State.PLAYING)

    def negotiate(self) -> str:
        _, message = GstSdp.SDPMessage.new_from_text(self._offer)
        offer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.OFFER, message)
        done = Gst.Promise.new()
        self._peer.emit("set-remote-description", offer, done)
        done.wait()
        made = Gst.Promise.new()
        self._peer.emit("create-answer", None, made)
        made.wait()
        reply = made.get_reply()  # The answer lives in it: without a name it would be gone before it is read.
        self._peer.emit("set-local-description", reply.get_value("answer"), Gst.Promise.new())
        self._gathered.wait(5)
        return str(self._peer.get_property("local-description").sdp.as_text())

    def _gathering(self, *_: Any) -> None:
        if self._peer.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            self._gathered.set()

    def _added(self, _peer: Any, pad: Any) -> None:
        # GStreamer's own reports come every 2.5 to 7.5 s; those of SFUs once a second.
        session = self._peer.get_by_name("rtpbin").emit("get-internal-session", 0)
        session.set_property("rtcp-min-interval", 500 * Gst.MSECOND)
        decode = parse_bin(DECODE)
        decode.get_by_name("sink").connect("new-sample", self._frame)
        self.pipeline.add(decode)
        decode.sync_state_with_parent()
        pad.link(decode.get_static_pad("sink"))

    def _frame(self, sink: Any) -> Any:
        sample = sink.emit("pull-sample")
        now, fields = time.time(), sample.get_caps().get_structure(0)
        width, height = fields.get_int("width")[1], fields.get_int("height")[1]
        buffer = sample.get_buffer()
        strip = read_plane(buffer.extract_dup(0, buffer.get_size()), width, height, (width + 3) & ~3)
        age = strip and round(now * 1000 - strip.ms, 1)
        say(event="frame", camera=strip and strip.camera, age_ms=age, width=width, height=height)
        return Gst.FlowReturn.OK


class Handler(BaseHTTPRequestHandler):
    receivers: dict[str, Receiver] = {}
    key = ""

    def do_POST(self) -> None:
        offer = self.rfile.read(int(self.headers["Content-Length"])).decode()
        assert self.headers["Authorization"] == f"Bearer {self.key}"
        receiver, name = Receiver(offer), f"/whip/{len(self.receivers)}"
        self.receivers[name] = receiver
        self._send(201, receiver.negotiate(), name)

    def do_DELETE(self) -> None:
        receiver = self.receivers.pop(self.path, None)
        self._send(200 if receiver else 404, "", None)
        say(event="deleted", path=self.path)
        if receiver:
            receiver.pipeline.set_state(Gst.State.NULL)

    def _send(self, status: int, body: str, location: str | None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    Handler.key = sys.argv[1]
    server = HTTPServer(("127.0.0.1", 0), Handler)
    say(event="ready", url=f"http://127.0.0.1:{server.server_port}/whip")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
