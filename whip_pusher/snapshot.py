"""`python3 -m whip_pusher snapshot [--width PIXELS]`: one keyframe of the RTSP URL on stdin, as JPEG on stdout."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from whip_pusher import pipeline, verdicts
from whip_pusher.config import RtspSource, parse_rtsp, verifies
from whip_pusher.events import Reporter
from whip_pusher.exits import Exit
from whip_pusher.redact import Redactor
from whip_pusher.settings import Environment, SettingError

if TYPE_CHECKING:
    from whip_pusher.source import Media

DEADLINE = 10.0
LONGEST_URL = 4096


def snapshot(arguments: list[str]) -> Exit:
    """Write the JPEG; what went wrong is one JSON line on stderr."""
    parser = argparse.ArgumentParser(prog="whip_pusher snapshot")
    parser.add_argument("--width", type=int, help="pixels; the height follows")
    width = parser.parse_args(arguments).width
    try:
        source = _source(width)
    except SettingError as error:
        return _report(error.exit, str(error), Redactor([]))
    from whip_pusher.gst import BuildError

    try:
        jpeg = Shot(source, width).take()
    except BuildError as error:
        jpeg = (Exit.CODEC_REFUSED, str(error))
    if isinstance(jpeg, tuple):
        return _report(*jpeg, Redactor(source.secrets))
    sys.stdout.buffer.write(jpeg)
    return Exit.OK


def _source(width: int | None) -> RtspSource:
    if width is not None and not 16 <= width <= 7680:
        raise SettingError(Exit.BAD_SETTING, "--width", "must lie between 16 and 7680")
    url = sys.stdin.readline(LONGEST_URL)
    verify = verifies(Environment(os.environ))
    return parse_rtsp(Environment({"RTSP_URL": url}).secret("RTSP_URL", Exit.RTSP_URL_MISSING), verify=verify)


def _report(code: Exit, detail: str, redactor: Redactor) -> Exit:
    Reporter({}, redactor, sys.stderr).exit(code, detail)
    return code


class Shot:
    """One connection for one picture."""

    def __init__(self, source: RtspSource, width: int | None) -> None:
        from whip_pusher.gst import Gst
        from whip_pusher.source import Source

        self._gst, self._width = Gst, width
        self._encoding = ""
        self._failed: tuple[Exit, str] | None = None
        self._sink: Any = None
        self._pipeline = Gst.Pipeline.new("snapshot")
        self._source = Source(
            source,
            timeout=DEADLINE,
            on_described=self._described,
            on_pad=self._on_pad,
            on_end=lambda: self._fail(Exit.SOURCE_UNREACHABLE, "source ended the stream"),
        )
        self._pipeline.add(self._source.element)

    def take(self) -> bytes | tuple[Exit, str]:
        """The JPEG, or why there is none within the deadline."""
        self._pipeline.set_state(self._gst.State.PLAYING)
        until = time.monotonic() + DEADLINE
        bus = self._pipeline.get_bus()
        while self._failed is None and time.monotonic() < until:
            jpeg = self._pull()
            if jpeg:
                return jpeg
            self._check(bus.timed_pop_filtered(20 * self._gst.MSECOND, self._gst.MessageType.ERROR))
        return self._failed or (Exit.SOURCE_UNREACHABLE, f"no picture within {DEADLINE:g} s")

    def _pull(self) -> bytes | None:
        sample = self._sink and self._sink.emit("try-pull-sample", 10 * self._gst.MSECOND)
        buffer = sample and sample.get_buffer()
        return bytes(buffer.extract_dup(0, buffer.get_size())) if buffer else None

    def _check(self, message: Any) -> None:
        if message is None:
            return
        error, debug = message.parse_error()
        if ":source" in message.src.get_path_string():
            self._fail(verdicts.of_source(error.domain, f"{error.message} {debug}", played=False), error.message)
        else:
            self._fail(verdicts.of_head(error.domain), error.message)

    def _fail(self, code: Exit, detail: str) -> None:
        self._failed = self._failed or (code, detail)

    def _described(self, media: Sequence[Media]) -> list[int]:
        video = [index for index, each in enumerate(media) if each.kind == "video"][:1]
        if not video:
            self._fail(Exit.SOURCE_NOT_VIDEO, "SDP has no video stream")
            return []
        self._encoding = media[video[0]].encoding
        if self._encoding not in pipeline.CODECS:
            self._fail(Exit.CODEC_REFUSED, f"codec {self._encoding or 'unknown'}")
            return []
        return video

    def _on_pad(self, _kind: str, pad: Any) -> None:
        from whip_pusher.gst import BuildError, parse_bin

        try:
            head = parse_bin(pipeline.snapshot(self._encoding, self._width))
        except BuildError as error:
            self._fail(Exit.CODEC_REFUSED, str(error))
            return
        head.get_by_name("parse").get_static_pad("src").add_probe(self._gst.PadProbeType.BUFFER, self._only_keyframes)
        self._pipeline.add(head)
        head.sync_state_with_parent()
        pad.link(head.get_static_pad("sink"))
        self._sink = head.get_by_name("sink")

    def _only_keyframes(self, _pad: Any, info: Any) -> Any:
        delta = info.get_buffer().has_flags(self._gst.BufferFlags.DELTA_UNIT)
        return self._gst.PadProbeReturn.DROP if delta else self._gst.PadProbeReturn.OK
