"""HLS beside the stream: written from the layer that flows, and tried again where a disk refuses it."""

from __future__ import annotations

from typing import Any

from whip_pusher.config import HlsSettings
from whip_pusher.events import Reporter
from whip_pusher.gst import NONE, Gst
from whip_pusher.hls import HlsOutput, Unit
from whip_pusher.later import after, later
from whip_pusher.layers import HIGH

AGAIN_SECONDS = 3
TICKS_PER_NS = 90_000 / 1_000_000_000


class HlsSide:
    """`source`: the layer to write. `unit` is called from GStreamer's threads, all else in the main loop's."""

    def __init__(self, settings: HlsSettings | None, reporter: Reporter) -> None:
        self._settings, self._reporter = settings, reporter
        self._last: HlsOutput | None = None  # alive or not
        self._output: HlsOutput | None = None
        self._lost = False
        self._written = self.source = HIGH

    def open(self) -> None:
        if self._settings is not None:
            first = self._last.next_number if self._last else 0
            self._last = self._output = HlsOutput(self._settings, lambda why: later(self._failed, why), first)

    def wants(self, layer: str) -> bool:
        """Whether the access units of this layer are written."""
        output = self._output
        return output is not None and output.alive and layer == self.source

    def unit(self, layer: str, unit: Any) -> None:
        """One access unit of a layer; a change of layers begins a new segment at its keyframe."""
        output = self._output
        if output is None or not self.wants(layer) or unit.pts == NONE:
            return
        if layer != self._written:
            self._written = layer
            output.interrupt()
        keyframe = not unit.has_flags(Gst.BufferFlags.DELTA_UNIT)
        output.write(Unit(round(unit.pts * TICKS_PER_NS) + 90_000, unit.extract_dup(0, unit.get_size()), keyframe))

    def writes(self) -> bool:
        if self._lost and self._last is not None and self._last.written:
            self._lost = False
            self._reporter.emit("hls_enabled")
        return self._output is not None and self._output.alive

    def _failed(self, why: str) -> None:
        """A full disk has room again some day. The first failure is told, and the return, but not each try."""
        self._output = None
        if not self._lost:
            self._reporter.emit("hls_disabled", detail=why)
        self._lost = True
        after(AGAIN_SECONDS, self.open)
