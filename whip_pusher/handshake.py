"""No media goes out before the last flight of the DTLS handshake has.

dtlsenc (GStreamer 1.22) leaves its flights to a thread of its own, and media, free as soon as there are keys, overtakes
the last of them on a busy machine. A peer that has not finished drops what it cannot decrypt: the first keyframe.
"""

from __future__ import annotations

import threading
from typing import Any

from whip_pusher.dtls import finished
from whip_pusher.gst import Gst
from whip_pusher.later import after

LONGEST = 1.0  # seconds after the connection stands; only where the flight was not recognised
_PACKETS = Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST


class Handshake:
    """Of one webrtcbin; from any thread."""

    def __init__(self, peer: Any) -> None:
        self._lock = threading.Lock()
        self._held: list[tuple[Any, int]] = []
        peer.connect("deep-element-added", self._added)

    def hold(self, pad: Any) -> None:
        """What comes to it waits."""
        self._held.append((pad, pad.add_probe(Gst.PadProbeType.BLOCK | _PACKETS, lambda *_: Gst.PadProbeReturn.OK)))

    def release(self) -> None:
        with self._lock:
            held, self._held = self._held, []
        for pad, probe in held:
            pad.remove_probe(probe)

    def connected(self) -> None:
        after(LONGEST, self.release)

    def _added(self, _peer: Any, _bin: Any, part: Any) -> None:
        made_by = part.get_factory()  # None: one of webrtcbin's own
        if made_by and made_by.get_name() == "nicesink":
            part.get_static_pad("sink").add_probe(_PACKETS, self._passing)

    def _passing(self, _pad: Any, info: Any) -> Any:
        """On the way out, under the pad's lock: what is released here comes behind it."""
        if info.type & Gst.PadProbeType.BUFFER_LIST:
            return Gst.PadProbeReturn.OK
        datagram = info.get_buffer()
        if not finished(datagram.extract_dup(0, datagram.get_size())):
            return Gst.PadProbeReturn.OK
        self.release()
        return Gst.PadProbeReturn.REMOVE
