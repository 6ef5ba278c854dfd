"""Cameras of every kind for the matrix: `/usr/bin/python3 -m whip_pusher.tests.odd_cameras --port N [--mounts a,b]`.

The demo's server with the mounts of `odd_camera_list`. Prints `ready` as the demo does, and
`{"event": "odd", "mount": …, "what": …, "ms": …}` when a camera begins to misbehave. With `--auth`, user and password
are the demo's.
"""

# ruff: noqa: E402
from __future__ import annotations

import argparse
import ctypes
import json
import os
import struct
import time
from collections.abc import Callable
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst, GstRtsp, GstRtspServer

from deploy.demo.camera_media import dress, launch_line, writable
from deploy.demo.cameras import admit, guard, run, secure, shared_factory
from whip_pusher.tests import clips
from whip_pusher.tests.odd_camera_list import ALL, OF_BENCH, Odd

METHODS = {"basic": GstRtsp.RTSPAuthMethod.BASIC, "digest": GstRtsp.RTSPAuthMethod.DIGEST}
HOUR = 3600 * 90_000  # ticks of the RTP clock of video
JUMP_AFTER_SECONDS = 3.0
Configure = Callable[[Any], None]
CHANGED = {"shrink": (clips.smaller, "shrunk"), "begin-b-frames": (clips.reordered, "reordered")}
# What x264enc must be given for the profiles that browsers do not decode.
RAW = {"high-4:2:2": "Y42B", "high-10": "I420_10LE"}


def flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Cameras of every kind for the matrix.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--mounts", default=",".join(odd.spec.mount for odd in ALL), help="comma separated")
    parser.add_argument("--auth", choices=sorted(METHODS), help="guard all with DEMO_CAMERA_PASSWORD")
    parser.add_argument("--tls", metavar="PEM", help="rtsps://, with this key and certificate")
    parser.add_argument("--apart", action="store_true", help="an encoder for each reader")
    return parser.parse_args()


def say(odd: Odd, what: str) -> None:
    print(
        json.dumps({"event": "odd", "mount": odd.spec.mount, "what": what, "ms": int(time.time() * 1000)}), flush=True
    )


def factory(odd: Odd) -> Any:
    launch, configure = _recorded(odd) if odd.quirk in {"clip", *CHANGED} else _live(odd)
    made = shared_factory(launch)
    made.connect("media-configure", lambda _factory, media: configure(media))
    if odd.quirk == "udp-only":
        made.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
    return made


def _recorded(odd: Odd) -> tuple[str, Configure]:
    clip = clips.record(odd.spec)
    if odd.quirk == "clip":
        return clip.launch_line, lambda media: clips.feed(media, clips.forever(clip), clip.fps)
    change, told = CHANGED[odd.quirk]
    after = clips.record(change(odd.spec))

    def begin(media: Any) -> None:
        clips.feed(media, clips.one_then_the_other(clip, after, lambda: say(odd, told)), clip.fps)

    return clip.launch_line, begin


def _live(odd: Odd) -> tuple[str, Configure]:
    def configure(media: Any) -> None:
        dress(odd.spec, media.get_element())
        if odd.quirk.startswith("jump"):
            _jump(odd, media.get_element().get_by_name("pay0").get_static_pad("src"))
        elif odd.quirk == "no-sprop":
            _hide(media.get_element().get_by_name("pay0"), "sprop-parameter-sets", "profile-level-id")
        elif odd.quirk == "no-config":
            _hide(media.get_element().get_by_name("pay1"), "config")
        elif odd.quirk == "16-khz":
            _tell(media.get_element().get_by_name("pay1"), "clock-rate", 16000)
        elif odd.quirk == "no-rtcp":
            media.connect("prepared", _silence_reports)

    launch = launch_line(odd.spec, keyframe_seconds=1.0)
    if odd.spec.profile in RAW:
        launch = launch.replace("x264enc", f"videoconvert ! video/x-raw,format={RAW[odd.spec.profile]} ! x264enc")
    return launch, configure


def _hide(payloader: Any, *names: str) -> None:
    """Leave these out of the SDP, as some cameras do: parameter sets then come in the stream only."""
    _change_caps(payloader.get_static_pad("src"), lambda fields: [fields.remove_field(name) for name in names])


def _tell(payloader: Any, name: str, value: int) -> None:
    _change_caps(payloader.get_static_pad("src"), lambda fields: fields.set_value(name, value))


def _change_caps(pad: Any, change: Callable[[Any], object]) -> None:
    told = set[str]()

    def rewrite(pad: Any, info: Any) -> Any:
        event = info.get_event()
        caps = event.parse_caps() if event.type == Gst.EventType.CAPS else None
        if caps is None or caps.to_string() in told:
            return Gst.PadProbeReturn.OK
        fields = caps.get_structure(0).copy()
        change(fields)
        told.add(Gst.Caps.from_string(fields.to_string()).to_string())
        pad.push_event(Gst.Event.new_caps(Gst.Caps.from_string(fields.to_string())))
        return Gst.PadProbeReturn.DROP

    pad.add_probe(Gst.PadProbeType.EVENT_DOWNSTREAM, rewrite)


def _silence_reports(media: Any) -> None:
    """Drop all that the server's RTP session would tell of itself."""
    for pad in _rtpbin(media.get_element().get_parent()).pads:
        if pad.get_name().startswith("send_rtcp_src"):
            pad.add_probe(Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, lambda *_: Gst.PadProbeReturn.DROP)


def _rtpbin(pipeline: Any) -> Any:
    return next(each for each in pipeline.children if each.get_factory().get_name() == "rtpbin")


def _jump(odd: Odd, pad: Any) -> None:
    """Move the RTP timestamps by an hour in mid-stream; the picture and the pace stay as they are."""
    step, begun, told = HOUR if odd.quirk == "jump-forward" else -HOUR, time.monotonic(), list[bool]()

    def shift(_pad: Any, info: Any) -> Any:
        if time.monotonic() - begun > JUMP_AFTER_SECONDS:
            for buffer in _buffers(info):
                _add_ticks(buffer, step)
            if not told:
                told.append(True)
                say(odd, "jumped")
        return Gst.PadProbeReturn.OK

    pad.add_probe(Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, shift)


def _buffers(info: Any) -> list[Any]:
    if not info.type & Gst.PadProbeType.BUFFER_LIST:
        return [info.get_buffer()]
    several = info.get_buffer_list()
    return [several.get(index) for index in range(several.length())]


def _add_ticks(buffer: Any, ticks: int) -> None:
    (stamp,) = struct.unpack("!I", buffer.extract_dup(4, 4))
    with writable(buffer) as packet:
        if packet:
            ctypes.memmove(packet + 4, struct.pack("!I", (stamp + ticks) % 2**32), 4)


def serve(options: argparse.Namespace) -> Any:
    server = GstRtspServer.RTSPServer.new()
    server.set_address(options.host)
    server.set_service(str(options.port))
    if options.auth:
        guard(server, os.environ["DEMO_CAMERA_PASSWORD"])
        server.get_auth().set_supported_methods(METHODS[options.auth])
    elif options.tls:
        secure(server, options.tls)
    known = {odd.spec.mount: odd for odd in [*ALL, *OF_BENCH]}
    for mount in options.mounts.split(","):
        made = factory(known[mount])
        # Shared, a reader that is gone without a word would stop the encoder, and the server not wake it for the next.
        made.set_shared(not options.apart)
        if options.auth or options.tls:
            admit(made, secured=bool(options.auth))
        server.get_mount_points().add_factory(f"/{mount}", made)
    return server


def main() -> None:
    options = flags()
    Gst.init(None)
    run(serve(options), options.mounts.split(","))


if __name__ == "__main__":
    main()
