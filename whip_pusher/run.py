"""The program's life: connect both sides at once, join them, watch, and end with a reason."""

from __future__ import annotations

import signal
import threading
import time
from typing import Any

from whip_pusher import pipeline, verdicts
from whip_pusher.config import Config
from whip_pusher.events import STARTED, Reporter
from whip_pusher.exits import Exit
from whip_pusher.gst import BuildError, GLib, Gst
from whip_pusher.hls import HlsOutput
from whip_pusher.media import Media
from whip_pusher.peer import Peer
from whip_pusher.source import Source
from whip_pusher.stats import Stats
from whip_pusher.watchdog import Marks, verdict

WATCH_MS = 200
STATS_SECONDS = 5
CLOSE_SECONDS = 1.3
HLS_AGAIN_SECONDS = 3
LOST = frozenset({"failed", "closed"})


class Run:
    """One run of the pusher. Everything but the `mark_` methods happens in the main loop's thread."""

    def __init__(self, config: Config, reporter: Reporter) -> None:
        self._config, self._reporter = config, reporter
        self._marks = Marks(started=STARTED)
        self._loop = GLib.MainLoop()
        self._plan: pipeline.Plan | None = None
        self._offer: str | None = None
        self._exit: Exit | None = None
        self._playing = False
        self._hls: HlsOutput | None = None  # the last one, alive or not
        self._hls_lost = False
        self._build()

    def _build(self) -> None:
        config = self._config
        self._pipeline = Gst.Pipeline.new("pusher")
        self._source = Source(
            config.source,
            timeout=config.timeouts.connect,
            on_video=self._on_video,
            on_none=lambda: self._later(self._fail, Exit.SOURCE_NOT_VIDEO, "SDP has no video stream"),
            on_pad=self._on_pad,
            on_end=lambda: self._later(self._source_ended),
        )
        self._peer = Peer(
            f"{config.echo.get('camera_id') or 'camera'} video",
            config.ice_addresses,
            on_offer=lambda sdp: self._later(self._offered, sdp),
            on_state=lambda state: self._later(self._state_changed, state),
            on_rtcp=self._mark_rtcp,
        )
        for part in (self._source.element, self._peer.tail, self._peer.element):
            self._pipeline.add(part)
        self._peer.link()
        self._media = Media(
            self._pipeline,
            self._peer.tail.get_static_pad("sink"),
            bitrate_kbps=config.bitrate_kbps,
            keyframe_seconds=config.keyframe_seconds,
            on_packet=self._mark_packet,
            on_frame=self._mark_frame,
            on_reordering=lambda: self._later(self._transcode),
        )
        self._stats = Stats(self._media.meter, self._peer.sequence_number)

    def start(self) -> Exit:
        """Run to the end; returns the code to exit with."""
        bus = self._pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message", self._message)
        for number in (signal.SIGTERM, signal.SIGINT):
            GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, self._stop, signal.Signals(number).name)
        self._pipeline.set_state(Gst.State.PLAYING)
        self._peer.offer()
        self._open_session()
        self._open_hls()
        GLib.timeout_add(WATCH_MS, self._watch)
        GLib.timeout_add_seconds(STATS_SECONDS, self._report_stats)
        self._loop.run()
        return Exit.INTERNAL if self._exit is None else self._exit

    def _open_session(self) -> None:
        # http.client takes 20 ms to import: time that GStreamer's threads use for keys and the RTSP connection.
        from whip_pusher.session import WhipSession

        self._session = WhipSession(
            self._config.whip_endpoint,
            self._config.stream_key,
            timeout=self._config.timeouts.negotiation,
            on_answer=lambda sdp: self._later(self._answered, sdp),
            on_error=lambda code, detail: self._later(self._fail, code, detail),
        )

    @staticmethod
    def _later(call: Any, *arguments: Any) -> None:
        def once() -> bool:
            call(*arguments)
            return False

        GLib.idle_add(once, priority=GLib.PRIORITY_DEFAULT)

    # --- marks, from GStreamer's threads

    def _mark_packet(self) -> None:
        first = self._marks.first_packet is None
        self._marks.on_packet(time.monotonic())
        if first:
            self._later(self._report_size, "first_packet")

    def _mark_frame(self) -> None:
        self._marks.frame = time.monotonic()
        if not self._playing and self._marks.connected is not None:
            self._playing = True
            self._later(self._report_size, "playing")

    def _mark_rtcp(self) -> None:
        self._marks.rtcp = time.monotonic()

    # --- the source

    def _on_video(self, encoding: str, sprop: str) -> bool:
        self._plan = pipeline.plan(encoding, sprop, self._config.mode)
        self._later(self._described, encoding)
        return self._plan is not None

    def _described(self, encoding: str) -> None:
        self._marks.described = time.monotonic()
        if self._plan is None:
            self._fail(Exit.CODEC_REFUSED, f"codec {encoding or 'unknown'}")
            return
        self._report_source(self._plan)
        self._publish()

    def _report_source(self, plan: pipeline.Plan) -> None:
        size = {"width": plan.width, "height": plan.height}
        self._reporter.emit("source", codec=plan.codec, mode=plan.mode, why=plan.why, **size)

    def _on_pad(self, pad: Any) -> None:
        if self._plan is None:
            return
        try:
            self._media.start(self._plan, pad)
        except BuildError as error:
            self._later(self._fail, Exit.CODEC_REFUSED, str(error))

    def _report_size(self, event: str) -> None:
        width, height = self._media.size()
        self._reporter.emit(event, width=width, height=height)

    def _source_ended(self) -> None:
        played = self._marks.first_packet is not None
        self._fail(Exit.SOURCE_STALLED if played else Exit.SOURCE_UNREACHABLE, "source ended the stream")

    def _transcode(self) -> None:
        if self._plan is None:
            return
        self._plan = pipeline.Plan(self._plan.encoding, "transcode", "b_frames", self._plan.width, self._plan.height)
        self._report_source(self._plan)
        self._media.change(self._plan)

    # --- the SFU

    def _offered(self, sdp: str | None) -> None:
        if sdp is None:
            self._fail(Exit.INTERNAL, "webrtcbin made no offer")
            return
        self._offer = sdp
        self._publish()

    def _publish(self) -> None:
        """POST once the camera has described a video: a dead camera then leaves no trace in the SFU."""
        if self._offer and self._plan and not self._session.begun and self._exit is None:
            self._marks.offered = time.monotonic()
            self._session.publish(self._offer)

    def _answered(self, sdp: str) -> None:
        if not self._peer.answer(sdp):
            self._fail(Exit.SFU_GONE, "WHIP answer is no SDP")

    def _state_changed(self, state: str) -> None:
        if state in LOST:
            self._fail(Exit.SFU_GONE, f"connection {state}")
        elif state == "connected" and self._marks.connected is None:
            self._peer.watch_rtcp()
            self._marks.connected = time.monotonic()
            self._reporter.emit("whip_connected")

    # --- HLS, which may fail and come back without the stream

    def _open_hls(self) -> bool:
        if self._config.hls is not None and self._exit is None:
            first = self._hls.next_number if self._hls else 0
            self._hls = HlsOutput(self._config.hls, lambda why: self._later(self._hls_failed, why), first)
            self._media.hls = self._hls
        return False

    def _hls_failed(self, why: str) -> None:
        """A full disk has room again some day. The first failure is told, and the return, but not each try."""
        self._media.hls = None
        if not self._hls_lost:
            self._reporter.emit("hls_disabled", detail=why)
        self._hls_lost = True
        GLib.timeout_add_seconds(HLS_AGAIN_SECONDS, self._open_hls)

    def _hls_writes(self) -> bool:
        writes = self._media.hls is not None and self._media.hls.alive
        if self._hls_lost and self._hls is not None and self._hls.written:
            self._hls_lost = False
            self._reporter.emit("hls_enabled")
        return writes

    # --- watching and ending

    def _message(self, _bus: Any, message: Any) -> None:
        if message.type == Gst.MessageType.LATENCY:
            self._pipeline.recalculate_latency()
        elif message.type == Gst.MessageType.ERROR:
            self._error(message)

    def _error(self, message: Any) -> None:
        error, debug = message.parse_error()
        path = message.src.get_path_string() if message.src else ""
        reason = (debug or "").rsplit("\n", 1)[-1].strip()
        self._fail(self._meaning(path, error, debug or ""), f"{error.message} {reason}".strip())

    def _meaning(self, path: str, error: Any, debug: str) -> Exit:
        if "/head" in path:
            return verdicts.of_head(error.domain)
        if ":peer" in path:
            return Exit.SFU_GONE
        if ":source" in path:
            played = self._marks.first_packet is not None
            return verdicts.of_source(error.domain, f"{error.message} {debug}", played=played)
        return Exit.INTERNAL

    def _watch(self) -> bool:
        found = verdict(self._marks, self._config.timeouts, time.monotonic())
        if found is not None:
            self._fail(found.exit, found.detail)
        return self._exit is None

    def _report_stats(self) -> bool:
        age = self._marks.rtcp_age(time.monotonic())
        self._reporter.emit("stats", **self._stats.sample(), rtcp_age=age and round(age, 2), hls=self._hls_writes())
        return self._exit is None

    def _stop(self, name: str) -> bool:
        self._fail(Exit.OK, name)
        return True

    def _fail(self, code: Exit, detail: str) -> None:
        """End the run; only the first reason counts."""
        if self._exit is not None:
            return
        self._exit = code
        # Teardown blocks while a camera does not answer, and nobody needs its result.
        threading.Thread(target=self._pipeline.set_state, args=(Gst.State.NULL,), daemon=True).start()
        self._session.close(within=CLOSE_SECONDS)
        self._reporter.exit(code, detail)
        self._loop.quit()
