"""A tiny real WebRTC peer with a WHIP endpoint: decodes what it gets, reads the cameras' clock strip, hears the sound.

Run by `/usr/bin/python3 -m whip_pusher.tests.receiver KEY [LATENCY_MS [ADDRESS]]`; prints its URL, then JSON lines.
`POST /whip` or, so that sessions can be told apart, `/whip/NAME`: every line carries that NAME as `session`.
LATENCY_MS is the jitter buffer's (200), ADDRESS the one to offer (127.0.0.1).

=========  ==========================================================================================================
offer      media: per m-line kind, codecs, msid; the order is the SDP's
frame      per decoded frame: line (of the offer), camera and made_ms (of the strip), at_ms, age_ms, width, height
sound      per half second: line, codec, rms (of 32767), hz (half the changes of sign a second)
deleted    path
=========  ==========================================================================================================
"""

from __future__ import annotations

import itertools
import json
import sys
import threading
import time
from http.server import HTTPServer
from typing import Any

from deploy.demo.clock_strip import BLOCKS_HIGH, ROWS, read_plane
from whip_pusher.gst import GLib, Gst, GstSdp, GstWebRTC, element, parse_bin
from whip_pusher.tests.hearing import RATE, Ear
from whip_pusher.tests.whip_answers import WhipAnswers

PICTURE = "videoconvert ! capsfilter caps=video/x-raw,format=GRAY8"
SOUND = f"audioconvert ! audioresample ! capsfilter caps=audio/x-raw,format=S16LE,channels=1,rate={RATE}"
DECODERS = {
    "H264": f"rtph264depay ! h264parse ! avdec_h264 max-threads=1 ! {PICTURE}",
    "PCMA": f"rtppcmadepay ! alawdec ! {SOUND}",
    "PCMU": f"rtppcmudepay ! mulawdec ! {SOUND}",
    "OPUS": f"rtpopusdepay ! opusdec ! {SOUND}",
}


SAYING = threading.Lock()


def say(**fields: object) -> None:
    """One line; tracks are decoded in threads of their own, which must not write into each other's."""
    with SAYING:
        print(json.dumps(fields), flush=True)


class Receiver:
    latency_ms, address = 200, "127.0.0.1"

    def __init__(self, name: str, offer: str) -> None:
        self.name = name
        self._gathered = threading.Event()
        self._offer = GstSdp.SDPMessage.new_from_text(offer)[1]
        self.pipeline = Gst.Pipeline.new("receiver")
        self._peer = element("webrtcbin", "peer", bundle_policy=GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        self._peer.set_property("latency", self.latency_ms)
        self._ice = self._peer.get_property("ice-agent")
        self._ice.get_property("agent").set_property("upnp", False)
        self._ice.emit("add-local-ip-address", self.address)
        self._peer.connect("pad-added", self._added)
        self._peer.connect("notify::ice-gathering-state", self._gathering)
        self.pipeline.add(self._peer)
        self.pipeline.set_state(Gst.State.PLAYING)

    def negotiate(self) -> str:
        say(event="offer", session=self.name, media=described(self._offer))
        offer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.OFFER, self._offer)
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
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        # GStreamer's own reports come every 2.5 to 7.5 s; those of SFUs once a second.
        session = self._peer.get_by_name("rtpbin").emit("get-internal-session", 0)
        session.set_property("rtcp-min-interval", 500 * Gst.MSECOND)
        line = pad.get_property("transceiver").get_property("mlineindex")
        codec = pad.get_current_caps().get_structure(0).get_string("encoding-name")
        decode = parse_bin(f"{DECODERS[codec]} ! appsink name=sink emit-signals=true sync=false")
        if codec == "H264":
            decode.get_by_name("sink").connect("new-sample", self._frame, line)
        else:
            decode.get_by_name("sink").connect("new-sample", self._sound, line, codec, Ear())
        self.pipeline.add(decode)
        decode.sync_state_with_parent()
        pad.link(decode.get_static_pad("sink"))

    def _frame(self, sink: Any, line: int) -> Any:
        sample = sink.emit("pull-sample")
        now, fields = time.time() * 1000, sample.get_caps().get_structure(0)
        width, height = fields.get_int("width")[1], fields.get_int("height")[1]
        stride = (width + 3) & ~3
        rows = sample.get_buffer().extract_dup(0, stride * int(height * ROWS / BLOCKS_HIGH + 1))
        strip = read_plane(rows, width, height, stride)
        told = {"camera": strip.camera, "made_ms": strip.ms, "age_ms": round(now - strip.ms, 1)} if strip else {}
        say(event="frame", session=self.name, line=line, at_ms=round(now), width=width, height=height, **told)
        return Gst.FlowReturn.OK

    def _sound(self, sink: Any, line: int, codec: str, ear: Ear) -> Any:
        buffer = sink.emit("pull-sample").get_buffer()
        for heard in ear.listen(buffer.extract_dup(0, buffer.get_size())):
            say(event="sound", session=self.name, line=line, codec=codec, **heard)
        return Gst.FlowReturn.OK


def described(offer: Any) -> list[dict[str, object]]:
    """Per m-line its kind, the names of its codecs, and its msid or None."""
    medias = [GstSdp.SDPMessage.get_media(offer, index) for index in range(GstSdp.SDPMessage.medias_len(offer))]
    return [
        {"kind": each.get_media(), "codecs": codecs(each), "msid": GstSdp.SDPMedia.get_attribute_val(each, "msid")}
        for each in medias
    ]


def codecs(media: Any) -> list[str]:
    maps = [GstSdp.SDPMedia.get_attribute_val_n(media, "rtpmap", index) for index in range(media.formats_len())]
    return [text.split()[1].split("/")[0].upper() for text in maps if text]


class Handler(WhipAnswers):
    receivers: dict[str, Receiver] = {}
    numbers = itertools.count()
    key = ""

    def do_POST(self) -> None:
        offer = self.rfile.read(int(self.headers["Content-Length"])).decode()
        assert self.headers["Authorization"] == f"Bearer {self.key}"
        receiver, path = Receiver(self.path.rpartition("/")[2], offer), f"/whip/{next(self.numbers)}"
        self.receivers[path] = receiver
        self.answer(201, receiver.negotiate(), path)

    def do_DELETE(self) -> None:
        receiver = self.receivers.pop(self.path, None)
        self.answer(200 if receiver else 404, "", None)
        say(event="deleted", path=self.path, session=receiver and receiver.name)
        if receiver:
            receiver.pipeline.set_state(Gst.State.NULL)


def main() -> None:
    Handler.key = sys.argv[1]
    for name, value in zip(("latency_ms", "address"), sys.argv[2:], strict=False):
        setattr(Receiver, name, type(getattr(Receiver, name))(value))
    server = HTTPServer(("127.0.0.1", 0), Handler)
    say(event="ready", url=f"http://127.0.0.1:{server.server_port}/whip")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
