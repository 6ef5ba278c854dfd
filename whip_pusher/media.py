"""The middle of the pipeline: the head that fits the codec, its probes, and its exchange while it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from whip_pusher import pipeline
from whip_pusher.gst import NONE, GLib, Gst, parse_bin
from whip_pusher.hls import HlsOutput, Unit

BACKWARD_STEPS = 3
TICKS_PER_NS = 90_000 / 1_000_000_000


class Meter:
    """What flowed: counters that are read from another thread."""

    def __init__(self) -> None:
        self.frames = self.bytes = self.heads = 0


class Media:
    """Builds heads into `parent` between the source's pad and `pay`. `on_packet()` and `on_frame()` tell of progress,
    `on_reordering()` that presentation times go backwards; they are called from GStreamer's threads."""

    def __init__(
        self,
        parent: Any,
        pay: Any,
        *,
        bitrate_kbps: int,
        keyframe_seconds: float,
        on_packet: Callable[[], None],
        on_frame: Callable[[], None],
        on_reordering: Callable[[], None],
    ) -> None:
        self._parent, self._pay_pad = parent, pay
        self._bitrate_kbps = bitrate_kbps
        self._on_packet, self._on_frame, self._on_reordering = on_packet, on_frame, on_reordering
        self._head: Any = None
        self._pad: Any = None
        self._watching = False
        self._last_pts = self._backward = 0
        self.meter = Meter()
        self.hls: HlsOutput | None = None
        pay.add_probe(Gst.PadProbeType.BUFFER, self._unit)
        GLib.timeout_add(int(keyframe_seconds * 1000), self._force_keyframe)

    def start(self, plan: pipeline.Plan, pad: Any) -> None:
        """Put the head for `plan` behind `pad`; raises `BuildError`."""
        self._pad = pad
        self._insert(plan)

    def change(self, plan: pipeline.Plan) -> None:
        """Exchange the head while the stream runs; the track and its RTP numbering go on."""
        self._watching = False
        self._pad.add_probe(Gst.PadProbeType.IDLE, lambda *_: self._exchange(plan))

    def size(self) -> tuple[int | None, int | None]:
        """Width and height of the H.264 that goes out, in pixels."""
        caps = self._pay_pad.get_current_caps()
        fields = caps.get_structure(0) if caps else None
        if fields is None or not fields.has_field("width"):
            return None, None
        return fields.get_int("width")[1], fields.get_int("height")[1]

    def _insert(self, plan: pipeline.Plan) -> None:
        head = parse_bin(pipeline.head(plan, bitrate_kbps=self._bitrate_kbps))
        head.set_name(f"head{self.meter.heads}")
        self.meter.heads += 1
        self._head, self._watching = head, plan.watch_reordering
        if plan.mode == "transcode":
            head.get_by_name("parse").get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, self._packet)
        self._parent.add(head)
        head.get_static_pad("src").link(self._pay_pad)
        head.sync_state_with_parent()
        self._pad.link(head.get_static_pad("sink"))

    def _exchange(self, plan: pipeline.Plan) -> Any:
        old = self._head
        self._pad.unlink(old.get_static_pad("sink"))
        old.get_static_pad("src").unlink(self._pay_pad)
        old.set_state(Gst.State.NULL)
        self._parent.remove(old)
        self._insert(plan)
        return Gst.PadProbeReturn.REMOVE

    def _packet(self, _pad: Any, _info: Any) -> Any:
        self._on_packet()
        return Gst.PadProbeReturn.OK

    def _unit(self, _pad: Any, info: Any) -> Any:
        unit = info.get_buffer()
        self.meter.frames += 1
        self.meter.bytes += unit.get_size()
        self._on_packet()
        self._on_frame()
        if self._watching:
            self._check_order(unit.pts)
        if self.hls is not None and self.hls.alive and unit.pts != NONE:
            self._write_hls(self.hls, unit)
        return Gst.PadProbeReturn.OK

    def _write_hls(self, hls: HlsOutput, unit: Any) -> None:
        keyframe = not unit.has_flags(Gst.BufferFlags.DELTA_UNIT)
        hls.write(Unit(round(unit.pts * TICKS_PER_NS) + 90_000, unit.extract_dup(0, unit.get_size()), keyframe))

    def _check_order(self, pts: int) -> None:
        if pts == NONE:
            return
        self._backward += pts < self._last_pts
        self._last_pts = pts
        if self._backward >= BACKWARD_STEPS:
            self._watching = False
            self._on_reordering()

    def _force_keyframe(self) -> bool:
        encoder = self._head and self._head.get_by_name("encoder")
        if encoder:
            fields = Gst.Structure.new_from_string("GstForceKeyUnit, all-headers=(boolean)true")
            encoder.get_static_pad("src").send_event(Gst.Event.new_custom(Gst.EventType.CUSTOM_UPSTREAM, fields))
        return True
