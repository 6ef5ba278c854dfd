"""One line of the session: a selector that takes the newest head, and a payloader whose numbering never starts anew."""

from __future__ import annotations

import secrets
import threading
import time
from typing import Any

from whip_pusher import pipeline, sound
from whip_pusher.gst import Gst, element, parse_bin

KEYFRAME_PAUSE = 0.5  # seconds between two keyframes that viewers may ask of an encoder


class Track:
    """`name`: high, low or audio. Heads come and go; SSRC and RTP numbering stay, for the next peer too."""

    def __init__(self, parent: Any, name: str, camera: str, carried: str | None = None) -> None:
        ssrc = secrets.randbelow(2**32 - 1) + 1
        msid = f"{camera or 'camera'} {name}"
        self.name = name
        self.encoding = carried or "H264"
        words = sound.offer_caps(carried, ssrc, msid) if carried else pipeline.offer_caps(ssrc, msid)
        self.caps = Gst.Caps.from_string(words)
        self._tail = parse_bin(sound.tail(carried, ssrc) if carried else pipeline.tail(ssrc))
        self._tail.set_name(f"tail-{name}")
        if offered := self._tail.get_by_name("offered"):
            offered.set_property("caps", self.caps)
        self._pay, self._count = self._tail.get_by_name("pay"), self._tail.get_by_name("count")
        self._counted = (0, 0)
        self._selector = element("input-selector", f"track-{name}", sync_streams=False)
        self.out = self._tail.get_static_pad("src")
        self.keyframes_asked = 0
        self._keyframe_at = 0.0
        self._gate: int | None = None
        for part in (self._selector, self._tail):
            parent.add(part)
            part.sync_state_with_parent()
        self._selector.link(self._tail)
        self.shut()
        self._selector.get_static_pad("src").add_probe(Gst.PadProbeType.EVENT_UPSTREAM, self._asked)

    def input(self) -> Any:
        """A new input; it counts once `choose` has taken it. To be given back with `release`."""
        return self._selector.request_pad_simple("sink_%u")

    def choose(self, pad: Any) -> None:
        self._selector.set_property("active-pad", pad)

    def release(self, pad: Any) -> None:
        self._selector.release_request_pad(pad)

    def shut(self) -> None:
        """What flows is dropped while there is no peer."""
        if self._gate is None:
            self._gate = self.out.add_probe(Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, _drop)

    def open(self) -> None:
        if self._gate is not None:
            self.out.remove_probe(self._gate)
            self._gate = None

    def settle(self, seconds: float) -> bool:
        """Wait until the push that was under way when it was shut is back; False: it is not, after so many seconds."""
        back = threading.Event()

        def idle(_pad: Any, _info: Any) -> Any:
            back.set()
            return Gst.PadProbeReturn.REMOVE

        self.out.add_probe(Gst.PadProbeType.IDLE, idle)
        return back.wait(seconds)

    def size(self) -> tuple[int | None, int | None]:
        """Width and height of the H.264 that goes out, in pixels."""
        caps = self._selector.get_static_pad("src").get_current_caps()
        fields = caps.get_structure(0) if caps else None
        if fields is None or not fields.has_field("width"):
            return None, None
        return fields.get_int("width")[1], fields.get_int("height")[1]

    def counted(self) -> tuple[int, int]:
        """Access units and bytes of video that went out since the last call."""
        stats, before = self._count.get_property("stats"), self._counted
        self._counted = now = (stats.get_uint64("num-buffers")[1], stats.get_uint64("num-bytes")[1])
        return now[0] - before[0], now[1] - before[1]

    def packets(self) -> int:
        """How many RTP packets were made, modulo 2^16."""
        stats = self._pay.get_property("stats")
        return (stats.get_uint("seqnum")[1] - stats.get_uint("seqnum-offset")[1]) % 65536 if stats else 0

    def _asked(self, _pad: Any, info: Any) -> Any:
        """A viewer's PLI, or the SFU's: an encoder answers the first; those soon after it get the same keyframe."""
        event = info.get_event()
        fields = event.get_structure() if event.type == Gst.EventType.CUSTOM_UPSTREAM else None
        if fields is None or fields.get_name() != "GstForceKeyUnit":
            return Gst.PadProbeReturn.OK
        self.keyframes_asked += 1
        now = time.monotonic()
        if now - self._keyframe_at < KEYFRAME_PAUSE:
            return Gst.PadProbeReturn.DROP
        self._keyframe_at = now
        return Gst.PadProbeReturn.OK


def _drop(_pad: Any, _info: Any) -> Any:
    return Gst.PadProbeReturn.DROP
