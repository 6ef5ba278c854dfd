"""A look at a camera: one connection, a few seconds of its video, nothing decoded and nothing sent on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from whip_pusher import pipeline, verdicts
from whip_pusher.config import RtspSource
from whip_pusher.exits import Exit
from whip_pusher.gst import NONE, BuildError, Gst, GstSdp, parse_bin
from whip_pusher.looking import Limits
from whip_pusher.rtsp_options import greet
from whip_pusher.seen import Seen
from whip_pusher.source import Media, Source

CONNECT_SECONDS = 10.0
PACKET_SECONDS = 12.0  # from the start, as the pusher's; also the longest wait for a frame
GREETING_SECONDS = 2.0
CLOSE_SECONDS = 1.0
GOP_MARGIN = 0.5
MOST_SESSIONS = 16
# Parameter sets in the caps tell more than the SDP's: they are those that the frames are coded with.
CAPS = {
    "H264": "video/x-h264,stream-format=avc,alignment=au",
    "H265": "video/x-h265,stream-format=hvc1,alignment=au",
}
PICTURE = ("width", "height", "profile", "level", "tier", "interlace-mode")


class Probe:
    """Callbacks come from GStreamer's threads; `run` is called once."""

    def __init__(self, source: RtspSource, seconds: float, limits: Limits, transport: str) -> None:
        self._location, self._verify, self._seconds = source.location, source.verify, seconds
        self._longest = max(seconds, limits.max_gop_seconds + GOP_MARGIN)
        self._limits = limits
        self._began, self._first = time.monotonic(), 0.0
        self.seen = Seen()
        self._manager: Any = None
        self._end: Any = None
        self._pipeline = Gst.Pipeline.new("probe")
        self._source = Source(
            source,
            timeout=CONNECT_SECONDS,
            on_described=self._described,
            on_pad=self._on_pad,
            on_end=lambda: self._fail(self._gone(), "source ended the stream"),
            transport=transport,
        )
        self._source.element.connect("on-sdp", self._on_sdp)
        self._source.element.connect("new-manager", self._on_manager)
        self._pipeline.add(self._source.element)

    def run(self) -> Seen:
        """Look for `seconds` from the first packet, and longer while a second keyframe may still come within the
        limit; gives up where a deadline passes."""
        greeting = threading.Thread(target=self._greet, daemon=True)
        greeting.start()
        self._pipeline.set_state(Gst.State.PLAYING)
        bus = self._pipeline.get_bus()
        while self.seen.failed is None and not self._over():
            self._check(bus.timed_pop_filtered(20 * Gst.MSECOND, Gst.MessageType.ERROR))
        self.seen.seconds = time.monotonic() - self._first if self._first else 0.0
        self._describe()
        self._close()
        greeting.join(GREETING_SECONDS)
        return self.seen

    def _over(self) -> bool:
        waited = time.monotonic() - self._began
        if self.seen.described_ms is None and waited > CONNECT_SECONDS:
            self._fail(Exit.SOURCE_UNREACHABLE, f"no RTSP answer within {CONNECT_SECONDS:g} s")
        elif not self._first and waited > PACKET_SECONDS:
            self._fail(Exit.SOURCE_UNREACHABLE, f"no packet within {PACKET_SECONDS:g} s")
        looked = time.monotonic() - self._first if self._first else 0.0
        if not self.seen.look.frames and looked > max(self._seconds, PACKET_SECONDS):
            self._fail(Exit.CODEC_REFUSED, "packets, but no frame")
        return bool(self.seen.look.frames) and looked >= (self._seconds if self._gop_judged() else self._longest)

    def _gop_judged(self) -> bool:
        look = self.seen.look
        return look.gop_known or look.gop_seconds > self._limits.max_gop_seconds

    def _ms(self) -> int:
        return round((time.monotonic() - self._began) * 1000)

    def _fail(self, code: Exit, detail: str) -> None:
        self.seen.failed = self.seen.failed or (code, detail)

    def _gone(self) -> Exit:
        return Exit.SOURCE_STALLED if self._first else Exit.SOURCE_UNREACHABLE

    def _greet(self) -> None:
        self.seen.greeting = greet(self._location, timeout=GREETING_SECONDS, verify=self._verify)

    def _check(self, message: Any) -> None:
        if message is None:
            return
        error, debug = message.parse_error()
        if ":source" in message.src.get_path_string():
            said = f"{error.message} {debug}"
            self.seen.refuses_transport = verdicts.wants_other_transport(said)
            code = verdicts.of_source(error.domain, said, played=bool(self._first))
        else:
            code = verdicts.of_head(error.domain)
        self._fail(code, error.message)

    def _describe(self) -> None:
        """Read what is only there at the end, while the pipeline still stands."""
        udp = any(child.get_factory().get_name() == "udpsrc" for child in self._source.element.children)
        self.seen.transport = ("udp" if udp else "tcp") if self._first else None
        self.seen.rtcp = self._manager is not None and any(_reported(self._manager))
        caps = self._end.get_current_caps() if self._end else None
        if caps is None:
            return
        fields = caps.get_structure(0)
        self.seen.picture = {name: fields.get_value(name) for name in PICTURE if fields.has_field(name)}
        sets = fields.get_value("codec_data") if fields.has_field("codec_data") else None
        self.seen.parameter_sets = sets.extract_dup(0, sets.get_size()) if sets else b""

    def _close(self) -> None:
        """Say goodbye, so that the camera has its place free again; a dead one is not waited for."""
        closing = threading.Thread(target=self._pipeline.set_state, args=(Gst.State.NULL,), daemon=True)
        closing.start()
        closing.join(CLOSE_SECONDS)

    # --- the source, in GStreamer's threads

    def _on_manager(self, _element: Any, manager: Any) -> None:
        self._manager = manager

    def _on_sdp(self, _element: Any, sdp: Any) -> None:
        self.seen.described_ms, self.seen.sdp = self._ms(), _text(sdp)

    def _described(self, media: Sequence[Media]) -> list[int]:
        video = [index for index, each in enumerate(media) if each.kind == "video"][:1]
        if not video:
            self._fail(Exit.SOURCE_NOT_VIDEO, "SDP has no video stream")
            return []
        encoding = media[video[0]].encoding
        self.seen.encoding, self.seen.sprop = encoding, media[video[0]].sprop
        if encoding not in pipeline.CODECS:
            self._fail(Exit.CODEC_REFUSED, f"codec {encoding or 'unknown'}")
            return []
        return video

    def _on_pad(self, _kind: str, pad: Any) -> None:
        codec = pipeline.CODECS[self.seen.encoding]
        caps = CAPS.get(self.seen.encoding)
        narrowed = f'! capsfilter caps="{caps}" ' if caps else ""
        try:
            head = parse_bin(
                f"{codec.depay} ! {codec.parse or 'identity'} {narrowed}! fakesink name=end async=false sync=false"
            )
        except BuildError as error:
            self._fail(Exit.CODEC_REFUSED, str(error))
            return
        pad.add_probe(Gst.PadProbeType.BUFFER, self._packet)
        self._end = head.get_by_name("end").get_static_pad("sink")
        self._end.add_probe(Gst.PadProbeType.BUFFER, self._unit)
        self._pipeline.add(head)
        head.sync_state_with_parent()
        pad.link(head.get_static_pad("sink"))

    def _packet(self, _pad: Any, _info: Any) -> Any:
        self._first, self.seen.packet_ms = time.monotonic(), self._ms()
        return Gst.PadProbeReturn.REMOVE

    def _unit(self, _pad: Any, info: Any) -> Any:
        unit = info.get_buffer()
        keyframe = not unit.has_flags(Gst.BufferFlags.DELTA_UNIT)
        if keyframe and self.seen.keyframe_ms is None:
            self.seen.keyframe_ms = self._ms()
        self.seen.look.add(None if unit.pts == NONE else unit.pts / Gst.SECOND, unit.get_size(), keyframe)
        return Gst.PadProbeReturn.OK


def look(source: RtspSource, seconds: float, limits: Limits, transport: str = "auto") -> Seen:
    """One probe of `seconds` of video; with `auto` more over UDP where a camera refuses TCP, as patient as a pusher."""
    seen = Probe(source, seconds, limits, "udp" if transport == "udp" else "tcp").run()
    if transport != "auto" or not seen.refuses_transport:
        return seen
    until = time.monotonic() + CONNECT_SECONDS
    for _ in range(1 + verdicts.TRIES_AFTER_REFUSAL):
        seen = Probe(source, seconds, limits, "udp").run()
        if seen.failed is None or seen.failed[0] is not Exit.SOURCE_UNREACHABLE or time.monotonic() > until:
            break
        time.sleep(verdicts.PAUSE_AFTER_REFUSAL)
    return seen


def _text(sdp: Any) -> str:
    """The SDP; of one that is not UTF-8, as old cameras name themselves in it, those sections that are."""
    with suppress(UnicodeDecodeError):
        return str(sdp.as_text())
    sections = [GstSdp.SDPMessage.get_media(sdp, index) for index in range(GstSdp.SDPMessage.medias_len(sdp))]
    return "v=0\r\n" + "".join(_section(section) for section in sections)


def _section(media: Any) -> str:
    with suppress(UnicodeDecodeError):
        return str(media.as_text())
    return f"m={media.get_media()} {media.get_port()} {media.get_proto()} {media.get_format(0) or ''}\r\n"


def _reported(rtpbin: Any) -> Iterator[bool]:
    """Of each sender, whether it sent a report."""
    for number in range(MOST_SESSIONS):
        session = rtpbin.emit("get-internal-session", number)
        if session is not None:
            stats = session.get_property("stats")
            yield from [bool(source.get_value("have-sr")) for source in stats.get_value("source-stats") or ()]
