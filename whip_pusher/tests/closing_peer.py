"""A peer that is given up while a push is inside it, as on a busy machine one often is.

Run by `/usr/bin/python3 -m whip_pusher.tests.closing_peer WHIP_URL KEY`; prints what became of that push, and whether
the camera goes on, as one JSON line.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

from whip_pusher import whip
from whip_pusher.gst import Gst, parse_bin
from whip_pusher.peer import Peer
from whip_pusher.pipeline import AU_CAPS
from whip_pusher.tracks import Track

CAMERA = (
    "videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=25/1 "
    "! x264enc tune=zerolatency speed-preset=ultrafast threads=1 "
    f"! h264parse config-interval=-1 ! capsfilter caps={AU_CAPS}"
)
PUSHES = Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST
SLOW_SECONDS, WAIT_SECONDS, GOES_ON = 0.5, 10, 10


def connected(pipeline: Any, tracks: list[Track], url: str, key: str) -> Peer:
    """A peer that sends the tracks."""
    offers: list[str] = []
    offered, up = threading.Event(), threading.Event()

    def on_offer(sdp: str | None) -> None:
        offers.append(sdp or "")
        offered.set()

    def on_state(state: str) -> None:
        if state == "connected":
            up.set()

    peer = Peer(pipeline, ("127.0.0.1",), on_offer=on_offer, on_state=on_state, on_rtcp=lambda: None)
    peer.add(tracks)
    peer.link()
    peer.offer()
    assert offered.wait(WAIT_SECONDS)
    assert peer.answer(whip.publish(url, key, offers[0], timeout=5).answer)
    assert up.wait(WAIT_SECONDS)
    return peer


def slow_push(pad: Any) -> threading.Event:
    """Make the next push through the pad a slow one; set when it is inside."""
    inside = threading.Event()

    def hold(_pad: Any, _info: Any) -> Any:
        inside.set()
        time.sleep(SLOW_SECONDS)
        return Gst.PadProbeReturn.REMOVE

    pad.add_probe(PUSHES, hold)
    return inside


def main() -> None:
    pipeline, camera = Gst.Pipeline.new("pusher"), parse_bin(CAMERA)
    track = Track(pipeline, "high", "cam-test")
    pipeline.add(camera)
    door = track.input()
    camera.get_static_pad("src").link(door)
    track.choose(door)
    pipeline.set_state(Gst.State.PLAYING)
    peer = connected(pipeline, [track], sys.argv[1], sys.argv[2])
    track.open()
    assert slow_push(peer.element.get_static_pad("sink_0")).wait(WAIT_SECONDS)
    track.shut()
    peer.close()
    until = time.monotonic() + WAIT_SECONDS
    while peer.element is not None and time.monotonic() < until:
        time.sleep(0.02)
    flow, before = door.get_last_flow_return().value_nick, track.packets()
    until = time.monotonic() + 2
    while track.packets() < before + GOES_ON and time.monotonic() < until:
        time.sleep(0.02)
    print(json.dumps({"event": "closed", "flow": flow, "goes_on": track.packets() >= before + GOES_ON}), flush=True)
    pipeline.set_state(Gst.State.NULL)


if __name__ == "__main__":
    main()
