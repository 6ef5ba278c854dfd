"""The program's life: connect both sides at once, join them, watch, and end with a reason."""

from __future__ import annotations

import faulthandler
import signal
import sys
import threading
import time
from contextlib import ExitStack
from typing import Any

from whip_pusher import verdicts
from whip_pusher.config import Config
from whip_pusher.events import Reporter
from whip_pusher.exits import ENDING, PERMANENT, Exit
from whip_pusher.feed import Feed
from whip_pusher.gst import BuildError, GLib, Gst
from whip_pusher.hls_side import HlsSide
from whip_pusher.later import after, later
from whip_pusher.layers import HIGH, LAYERS, LOW, Control
from whip_pusher.patience import Patience
from whip_pusher.process_usage import over_memory
from whip_pusher.publisher import Publisher
from whip_pusher.stats import Stats
from whip_pusher.tracks import Track
from whip_pusher.watchdog import last_resumed

WATCH_MS, TROUBLED_MS = 500, 100  # between two looks at everything; while something is missing
LAYERS_MS = 250
ALIVE_SECONDS = 5
MEMORY_SECONDS = 1
HUNG_SECONDS = 15
STATS_SECONDS = 5
CLOSE_SECONDS = 1.3
SESSION_PAUSES = 0.1, 0.5  # the first, before which the SFU was silent for long, and the longest
SILENT_SECONDS = 2.0  # without RTCP, from which on it is looked at closely
LAYER_PAUSE = 10.0  # before a layer that is over is tried again, where another plays on


class Run:
    """One run of the pusher; everything happens in the main loop's thread."""

    def __init__(self, config: Config, reporter: Reporter) -> None:
        self._config, self._reporter = config, reporter
        self._loop = GLib.MainLoop()
        self._exit: Exit | None = None
        self._playing = False
        self._tick = self._began = time.monotonic()
        first, longest = SESSION_PAUSES
        self._patience = Patience(config.reconnect_seconds, config.losses_per_minute, first=first, longest=longest)
        self._control = Control(config.control_file)
        self._wanted = self._control.changed() or config.layers
        self._pipeline = Gst.Pipeline.new("pusher")
        self._hls = HlsSide(config.hls, reporter)
        self._tracks = {name: Track(self._pipeline, name, self._camera) for name in self._layers()}
        self._publisher = Publisher(self._pipeline, config, on_connected=self._connected, on_lost=self._session_lost)
        self._feeds = {layer: self._feed(layer) for layer in (LAYERS if config.sub else (HIGH,))}
        self._stats = Stats(self._feeds, self._tracks, self._publisher)

    @property
    def _camera(self) -> str:
        return self._config.echo.get("camera_id", "")

    def _layers(self) -> tuple[str, ...]:
        return LAYERS if self._config.sub or self._config.low_layer else (HIGH,)

    def _feed(self, layer: str) -> Feed:
        tracks = [self._tracks[layer]] if self._config.sub else list(self._tracks.values())
        return Feed(
            self._pipeline,
            self._config,
            layer,
            tracks,
            on_described=self._described,
            on_sound=self._attach_sound,
            on_report=self._report,
            on_lost=self._feed_lost,
            on_unit=self._unit,
            on_wanted=lambda layer: not self._playing or self._hls.wants(layer),
        )

    def start(self) -> Exit:
        """Run to the end; returns the code to exit with."""
        bus = self._pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message", self._message)
        sys.excepthook = self._broken
        threading.excepthook = lambda told: self._broken(told.exc_type, told.exc_value or told.exc_type(), None)
        for number in ENDING:
            GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, self._stop, signal.Signals(number).name)
        self._pipeline.set_state(Gst.State.PLAYING)
        self._follow()
        if not self._config.sounds:
            self._publisher.start(list(self._tracks.values()))
        self._hls.open()
        self._serve()
        self._alive()
        GLib.timeout_add_seconds(ALIVE_SECONDS, self._alive)
        GLib.timeout_add(WATCH_MS, self._watch)
        GLib.timeout_add(LAYERS_MS, self._look_for_layers)
        GLib.timeout_add_seconds(MEMORY_SECONDS, self._watch_memory)
        GLib.timeout_add_seconds(STATS_SECONDS, self._report_stats)
        GLib.timeout_add(int(self._config.encoder.keyframe_seconds * 1000), self._force_keyframes)
        self._loop.run()
        return Exit.INTERNAL if self._exit is None else self._exit

    # --- layers

    def _follow(self) -> None:
        """Feed the layers that are wanted, and no others. One without a stream of its own means the main one."""
        wanted = self._layers_wanted
        if not self._config.sub:
            named = [self._tracks[layer] for layer in self._layers() if layer in self._wanted]
            self._feeds[HIGH].carry(named or [self._tracks[HIGH]])
        for layer, feed in self._feeds.items():
            if layer in wanted:
                feed.start()
            else:
                feed.stop()
            self._attach_sound(feed)
        self._hls.source = HIGH if HIGH in wanted else LOW

    @property
    def _layers_wanted(self) -> set[str]:
        return {layer if layer in self._feeds else HIGH for layer in self._wanted}

    def _look_for_layers(self) -> bool:
        """Before the session stands nothing is given up: what waits for it cannot be taken apart."""
        wanted = self._control.changed() if self._publisher.connected else None
        if wanted is not None and wanted != self._wanted:
            self._wanted = wanted
            self._reporter.emit("layers", wanted=[layer for layer in LAYERS if layer in wanted])
            self._follow()
        return self._exit is None

    # --- the camera

    def _described(self, feed: Feed) -> None:
        """The camera's word decides whether the session has sound; then it may be published."""
        if not self._publisher.begun:
            found = feed.connection and feed.connection.sound
            if found:
                self._tracks["audio"] = Track(self._pipeline, "audio", self._camera, found.carried)
            elif self._main_may_sound():
                return
            self._publisher.start(list(self._tracks.values()))
        self._attach_sound(feed)
        self._publisher.allow()

    def _main_may_sound(self) -> bool:
        """A sub-stream is often silent: the main one is asked too, even where nobody wants its picture."""
        main = self._feeds[HIGH]
        if main.over:
            return False
        main.start()
        return main.connection is None or main.connection.marks.described is None

    def _attach_sound(self, feed: Feed) -> None:
        track = self._tracks.get("audio")
        if track is None or feed.connection is None or self._quiet(feed):
            return
        try:
            feed.connection.attach_sound(track)
        except BuildError as error:
            self._report("sound_lost", {"detail": str(error)})

    def _quiet(self, feed: Feed) -> bool:
        """The low stream's sound is only taken while the high one is not there."""
        return feed.layer == LOW and self._feeds[HIGH].running

    def _feed_lost(self, lost: Feed, code: Exit, detail: str) -> bool:
        """A layer ends the run where no other plays, or may begin to: with a stream that is not the one found dead."""
        wanted = [self._feeds[layer] for layer in self._layers_wanted]
        others = [feed for feed in wanted if feed is not lost and feed.running]
        others = [feed for feed in others if feed.played or feed.stream != lost.stream]
        if not others:
            self._fail(code, detail)
            return False
        later(self._go_on, lost, others)
        if code not in PERMANENT:
            after(LAYER_PAUSE, self._try_layer, lost)
        return True

    def _go_on(self, lost: Feed, others: list[Feed]) -> None:
        """The others no longer wait for it, nor fall back on its stream."""
        for feed in others:
            if not (lost.played or feed.played):
                feed.without(lost.stream)
            if feed.connection and feed.connection.marks.described:
                self._described(feed)

    def _try_layer(self, feed: Feed) -> None:
        if self._exit is None and feed.layer in self._layers_wanted:
            feed.start()

    def _report(self, event: str, fields: dict[str, object]) -> None:
        self._reporter.emit(event, **fields)

    def _unit(self, layer: str, unit: Any) -> None:
        """From GStreamer's threads: an access unit on its way."""
        if not self._playing and self._publisher.connected:
            self._playing = True
            width, height = self._tracks[layer].size()
            later(self._report, "playing", {"layer": layer, "width": width, "height": height})
        self._hls.unit(layer, unit)

    # --- the SFU

    def _connected(self) -> None:
        self._patience.back(time.monotonic())
        self._reporter.emit("whip_connected", sessions=self._publisher.sessions)
        self._follow()  # a main stream that was only asked whether it has sound

    def _session_lost(self, code: Exit, detail: str) -> None:
        """A session that stood is made anew for a while; one that never did is the control plane's affair."""
        now = time.monotonic()
        began = self._patience.lose(now, code, detail)
        left = self._patience.left(now)
        if not self._publisher.sessions or code in PERMANENT or code is Exit.WHIP_UNAUTHORISED or not left:
            self._fail(code, detail)
            return
        if began:
            self._reporter.emit("session_lost", code=code.word, detail=detail)
        after(self._patience.pause(), self._publish_again)

    def _publish_again(self) -> None:
        if self._exit is None:
            self._publisher.again()

    # --- watching and ending

    def _message(self, _bus: Any, message: Any) -> None:
        if message.type == Gst.MessageType.LATENCY:
            self._pipeline.recalculate_latency()
        elif message.type == Gst.MessageType.ERROR:
            self._error(message)

    def _error(self, message: Any) -> None:
        """What a part that was given up still says is nobody's."""
        error, debug = message.parse_error()
        path = message.src.get_path_string() if message.src else ""
        reason = (debug or "").rsplit("\n", 1)[-1].strip()
        detail = f"{error.message} {reason}".strip()

        def meaning(part: str, played: bool) -> Exit:
            if part == "head":
                return verdicts.of_head(error.domain)
            return verdicts.of_source(error.domain, f"{error.message} {debug}", played=played)

        if any(feed.error(path, meaning, detail) for feed in self._feeds.values()):
            return
        if self._publisher.error(path, detail):
            return
        if any(part in path for part in (":track-audio", ":tail-audio")):
            self._report("sound_lost", {"detail": detail})
            return
        if any(kind in path for kind in (":source-", ":tee-", ":head-", ":sound-", ":peer-")):
            return
        self._fail(Exit.INTERNAL, detail)

    def _serve(self) -> None:
        """/healthz and /metrics, where they are asked for; without them the stream goes on."""
        if self._config.http is None:
            return
        from whip_pusher.health import serve

        host, port = self._config.http
        refused = serve(port, host, self._health)
        if refused:
            self._reporter.emit("http_disabled", code=refused)

    def _health(self) -> dict[str, object]:
        """From any thread."""
        now = time.monotonic()
        reason = self._trouble(now)
        told = {"state": self._stats.state(now), "healthy": not reason, "reason": reason, "tick": self._tick}
        return {**self._config.echo, "gstreamer": Gst.version_string(), **told, **self._stats.figures()}

    def _trouble(self, now: float) -> str:
        """What a watchdog has found, as the word of its exit code, until that is mended; empty: nothing."""
        found = [self._exit] if self._exit is not None else []
        found += [feed.lost.code for feed in self._feeds.values() if feed.running and feed.lost]
        found += [self._patience.lost.code] if self._patience.lost else []
        limits = self._config.timeouts
        late = not self._playing and now - self._began > limits.first_packet + limits.negotiation
        return found[0].word if found else "late" if late else ""

    def _watch(self) -> bool:
        self._tick = now = time.monotonic()
        connected = self._publisher.marks.connected if self._publisher.connected else None
        for feed in self._feeds.values():
            feed.check(now, connected=connected)
        marks = [feed.connection.marks for feed in self._feeds.values() if feed.connection]
        flowing = any(mark.sends(now) for mark in marks)
        self._publisher.check(now, flowing=flowing, resumed=last_resumed(marks))
        if self._exit is None:
            GLib.timeout_add(WATCH_MS if self._settled(now) else TROUBLED_MS, self._watch)
        return False

    def _settled(self, now: float) -> bool:
        """It plays, and nothing is missing or being replaced: then looking costs more than it finds."""
        heard = now - (self._publisher.marks.rtcp or 0) < SILENT_SECONDS
        played = self._playing and self._publisher.connected
        return played and heard and all(feed.settled for feed in self._feeds.values())

    def _watch_memory(self) -> bool:
        if over_memory(self._config.memory_limit_mb or None):
            self._fail(Exit.OVER_MEMORY, f"memory above {self._config.memory_limit_mb} MB")
        return self._exit is None

    def _alive(self) -> bool:
        """Puts off the end that comes, with a traceback on stderr, where the main loop stands still: nothing in Python
        could bring it about while a callback holds the interpreter."""
        faulthandler.dump_traceback_later(HUNG_SECONDS, exit=True)
        return True

    def _force_keyframes(self) -> bool:
        for feed in self._feeds.values():
            if feed.connection:
                feed.connection.force_keyframe()
        return self._exit is None

    def _report_stats(self) -> bool:
        self._reporter.emit("stats", **self._stats.sample(), hls=self._hls.writes())
        return self._exit is None

    def _broken(self, kind: type[BaseException], error: BaseException, _trace: object) -> None:
        """A bug in a callback: GLib would only print it, and perhaps never call the watchdog again."""
        later(self._fail, Exit.INTERNAL, f"{kind.__name__}: {error}")

    def _stop(self, name: str) -> bool:
        self._fail(Exit.OK, name)
        return True

    def _fail(self, code: Exit, detail: str) -> None:
        """End the run; only the first reason counts."""
        if self._exit is not None:
            return
        self._exit = code
        with ExitStack() as last:  # whatever fails before it
            last.callback(self._loop.quit)
            last.callback(self._reporter.exit, code, detail)
            # Teardown blocks while a camera does not answer, and nobody needs its result.
            threading.Thread(target=self._pipeline.set_state, args=(Gst.State.NULL,), daemon=True).start()
            self._publisher.close(within=CLOSE_SECONDS)
