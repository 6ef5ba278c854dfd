"""A publisher or a viewer of the SFU contract tests: `/usr/bin/python3 gst_peer.py publish|view URL …`.

publish URL: a test picture with a keyframe each second, by WHIP; the bearer comes in STREAM_KEY, the only address to
offer in ICE_ADDRESS, the PATTERN of videotestsrc; with LOW (a size) there is a second, smaller video, with AUDIO (opus,
pcma, pcmu) a tone, all named by a=msid unless UNNAMED; with RTSP_LIKE no keyframe comes when asked for, and with FED
only the layers flow that this file names; SIGTERM ends it without DELETE. view OFFER_URL ANSWER_URL: takes the offer,
posts the answer and decodes. Prints one JSON line for each thing that happens: {"event": "connected"} or {"frames": n,
"width": pixels}, where n counts the frames of that width, or {"sounds": n}. Exit code 1: refused, 2: no connection in
10 s.
"""

# ruff: noqa: E402
from __future__ import annotations

import json
import os
import sys
import threading
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC

Gst.init(None)
OFFER, ANSWER = GstWebRTC.WebRTCSDPType.OFFER, GstWebRTC.WebRTCSDPType.ANSWER
COMPLETE = GstWebRTC.WebRTCICEGatheringState.COMPLETE
VIDEO = (
    "videotestsrc is-live=true pattern={picture} ! video/x-raw,width={width},height={height},framerate=25/1 ! "
    f"x264enc tune=zerolatency speed-preset=ultrafast bitrate={os.environ.get('KBIT', '300')} key-int-max=25 ! "
    f"video/x-h264,profile={os.environ.get('PROFILE', 'constrained-baseline')} ! "
    "rtph264pay name=pay_{index} config-interval=-1 aggregate-mode=zero-latency pt=96 ! "
    # The level told need not be the one in the stream: cameras' levels are told as 42e01f too.
    'capssetter caps="application/x-rtp,packetization-mode=(string)1,'
    f'profile-level-id=(string){os.environ.get("PROFILE_LEVEL", "42e01f")}{{name}}" ! '
    "application/x-rtp,media=video,encoding-name=H264,payload=96,clock-rate=90000 ! peer.sink_{index} "
)
SOUNDS = {
    "opus": "opusenc ! rtpopuspay pt=97 ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97",
    "pcma": "alawenc ! rtppcmapay ! application/x-rtp,media=audio,encoding-name=PCMA,payload=8",
    "pcmu": "mulawenc ! rtppcmupay ! application/x-rtp,media=audio,encoding-name=PCMU,payload=0",
}
AUDIO = (
    "audiotestsrc is-live=true ! audioconvert ! audioresample ! {sound} ! "
    'capssetter caps="application/x-rtp{name}" ! peer.sink_{index} '
)
KEPT: list[Any] = []
SINKS = {
    "video": "rtph264depay ! h264parse ! avdec_h264 ! fakesink name=sink signal-handoffs=true sync=false",
    "audio": "fakesink name=sink signal-handoffs=true sync=false",
}


def say(**words: Any) -> None:
    print(json.dumps(words), flush=True)


def post(url: str, body: str) -> str:
    headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {os.environ.get('STREAM_KEY', '')}"}
    request = urllib.request.Request(url, body.encode(), headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        say(event="refused", status=error.code)
        os._exit(1)


def connected(peer: Any, _property: Any) -> None:
    state = peer.get_property("connection-state").value_nick
    say(event=state)


def description(kind: Any, sdp: str) -> Any:
    return GstWebRTC.WebRTCSessionDescription.new(kind, GstSdp.SDPMessage.new_from_text(sdp)[1])


def ask(peer: Any, what: str) -> None:
    """Lets webrtcbin make an offer or answer and set it as its own."""
    promise = Gst.Promise.new()
    peer.emit(f"create-{what}", None, promise)
    promise.wait()
    # The description lives in the reply, which must outlive its use.
    reply = promise.get_reply()
    peer.emit("set-local-description", reply.get_value(what), Gst.Promise.new())


def complete(peer: Any) -> str:
    """The local description once it has all candidates."""
    done = threading.Event()
    peer.connect("notify::ice-gathering-state", lambda *_: done.set() if gathered(peer) else None)
    while not gathered(peer) and not done.wait(0.02):
        pass
    return str(peer.get_property("local-description").sdp.as_text())


def gathered(peer: Any) -> bool:
    return bool(peer.get_property("ice-gathering-state") == COMPLETE)


def prepare(peer: Any) -> None:
    ice = peer.get_property("ice-agent")
    # GStreamer 1.22 hands out its only (floating) reference: were it dropped, webrtcbin would lose its agent.
    KEPT.append(ice)
    ice.set_property("ice-tcp", False)
    ice.get_property("agent").set_property("upnp", False)
    # libnice leaves out loopback unless it is named, and some SFUs of the tests are nowhere else.
    if address := os.environ.get("ICE_ADDRESS"):
        ice.emit("add-local-ip-address", address)
    peer.connect("notify::connection-state", connected)


def sources() -> list[str]:
    """One branch for each track, in the order of m-lines."""
    sizes = [os.environ.get("SIZE", "320x240"), *filter(None, [os.environ.get("LOW")])]
    found = [video(*words) for words in zip(sizes, ("high", "low"), strict=False)]
    if sound := SOUNDS.get(os.environ.get("AUDIO", "")):
        found.append(AUDIO.replace("{sound}", sound).replace("{name}", msid("audio")))
    return [branch.replace("{index}", str(index)) for index, branch in enumerate(found)]


def video(size: str, name: str) -> str:
    width, height = size.split("x")
    picture = os.environ.get("PATTERN", "ball")
    words = {"{width}": width, "{height}": height, "{picture}": picture, "{name}": msid(name)}
    branch = VIDEO
    for word, value in words.items():
        branch = branch.replace(word, value)
    return branch


def msid(name: str) -> str:
    return "" if os.environ.get("UNNAMED") else f',a-msid=(string)\\"camera {name}\\"'


def publish(url: str) -> Any:
    branches = sources()
    pipeline = Gst.parse_launch(f"webrtcbin name=peer bundle-policy=max-bundle {' '.join(branches)}")
    peer = pipeline.get_by_name("peer")
    prepare(peer)
    if os.environ.get("RTSP_LIKE"):
        for index in range(len(branches)):
            peer.get_static_pad(f"sink_{index}").add_probe(Gst.PadProbeType.EVENT_UPSTREAM, not_asked)
    for index, layer in enumerate(("high", "low")):
        if os.environ.get("FED") and (pay := pipeline.get_by_name(f"pay_{index}")):
            pay.get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, fed, Feed(layer))
    pipeline.set_state(Gst.State.PLAYING)
    for index in range(len(branches)):
        while peer.get_static_pad(f"sink_{index}").get_current_caps() is None:
            threading.Event().wait(0.01)
    ask(peer, "offer")
    peer.emit("set-remote-description", description(ANSWER, post(url, complete(peer))), Gst.Promise.new())
    OFFERED.set()
    return pipeline


class Feed:
    """Lets a layer through while the file FED names it, from a keyframe on; and until the offer, which needs caps."""

    def __init__(self, layer: str) -> None:
        self._layer, self._path, self._flowing = layer, Path(os.environ["FED"]), False

    def lets(self, delta: bool) -> bool:
        wanted = not OFFERED.is_set() or self._layer in self._path.read_text()
        self._flowing = wanted and (self._flowing or not delta)
        return self._flowing


OFFERED = threading.Event()


def fed(_pad: Any, info: Any, feed: Feed) -> Any:
    delta = info.get_buffer().has_flags(Gst.BufferFlags.DELTA_UNIT)
    return Gst.PadProbeReturn.OK if feed.lets(delta) else Gst.PadProbeReturn.DROP


def not_asked(_pad: Any, info: Any) -> Any:
    asked = info.get_event().get_structure()
    wants_key = asked is not None and asked.get_name() == "GstForceKeyUnit"
    return Gst.PadProbeReturn.DROP if wants_key else Gst.PadProbeReturn.OK


def view(offer_url: str, answer_url: str) -> Any:
    pipeline = Gst.Pipeline()
    peer = Gst.ElementFactory.make("webrtcbin", "peer")
    peer.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
    pipeline.add(peer)
    prepare(peer)
    peer.connect("pad-added", decode, pipeline)
    pipeline.set_state(Gst.State.PLAYING)
    promise = Gst.Promise.new()
    peer.emit("set-remote-description", description(OFFER, post(offer_url, "")), promise)
    promise.wait()
    ask(peer, "answer")
    post(answer_url, complete(peer))
    return pipeline


def decode(_peer: Any, pad: Any, pipeline: Any) -> None:
    kind = pad.get_current_caps().get_structure(0).get_string("media")
    tail = Gst.parse_bin_from_description(SINKS[kind], True)
    tail.get_by_name("sink").connect("handoff", heard if kind == "audio" else seen)
    pipeline.add(tail)
    tail.sync_state_with_parent()
    pad.link(tail.get_static_pad("sink"))


COUNTS = Counter[int]()


def seen(_sink: Any, _frame: Any, pad: Any) -> None:
    width = pad.get_current_caps().get_structure(0).get_int("width")[1]
    COUNTS[width] += 1
    say(frames=COUNTS[width], width=width)


def heard(*_: Any) -> None:
    COUNTS[0] += 1
    if COUNTS[0] % 50 == 1:
        say(sounds=COUNTS[0])


def give_up(pipeline: Any) -> None:
    if pipeline.get_by_name("peer").get_property("connection-state").value_nick != "connected":
        say(event="no_connection")
        os._exit(2)


if __name__ == "__main__":
    verb, *urls = sys.argv[1:]
    running = publish(*urls) if verb == "publish" else view(*urls)
    GLib.timeout_add_seconds(10, give_up, running)
    GLib.MainLoop().run()
