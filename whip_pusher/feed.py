"""One layer's way from a camera to its track: which stream it takes, and a new connection whenever one is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from whip_pusher import looking, sound, verdicts
from whip_pusher.config import Config, RtspSource
from whip_pusher.connection import Connection, Hooks
from whip_pusher.exits import PERMANENT, Exit
from whip_pusher.gst import BuildError
from whip_pusher.later import after, later
from whip_pusher.tracks import Track
from whip_pusher.watchdog import of_source

FIRST_PAUSE, LONGEST_PAUSE = 0.3, 1.0
CAMERA_HEAVY = frozenset({"long_gop", "bitrate"})


@dataclass(frozen=True)
class Way:
    """A stream of the camera and how to carry it. `why`: the code word where it was not the first."""

    source: RtspSource
    mode: str
    stream: str
    why: str = ""


class Loss(NamedTuple):
    """When a camera that played was lost, and why: what its end is called, whatever the tries after it say."""

    at: float
    code: Exit
    detail: str


def ways(config: Config, layer: str) -> tuple[Way, ...]:
    """The ones to try, in this order. High: the main stream; one that is too heavy gives way to a sub-stream that is
    not, before it is transcoded. Low: the sub-stream; without it, the main one."""
    main = Way(config.source, config.mode, "main")
    if config.sub is None:
        return (main,)
    sub = Way(config.sub, config.mode, "sub")
    return (main, sub) if layer == "high" else (sub, main)


class Feed:
    """`on_report(event, fields)` tells what is to be printed, `on_lost(exit, detail)` that this layer is over."""

    def __init__(
        self,
        parent: Any,
        config: Config,
        layer: str,
        tracks: Sequence[Track],
        *,
        on_described: Callable[[Feed], None],
        on_sound: Callable[[Feed], None],
        on_report: Callable[[str, dict[str, object]], None],
        on_lost: Callable[[Exit, str], None],
        on_unit: Callable[[str, Any], None],
    ) -> None:
        self._parent, self._config, self.layer, self._tracks = parent, config, layer, tracks
        self._on_described, self._on_sound = on_described, on_sound
        self._on_report, self._on_lost, self._on_unit = on_report, on_lost, on_unit
        self._ways = ways(config, layer)
        self._way = 0
        self._transport = "udp" if config.rtsp_transport == "udp" else "tcp"
        self._pause = FIRST_PAUSE
        self._patience = 0
        self._lost: Loss | None = None
        self.played = False
        self.connection: Connection | None = None
        self.running = False
        self.restarts = self.frames = self.bytes = 0
        self._changes = 0

    @property
    def changes(self) -> int:
        """How often a head was exchanged."""
        return self._changes + (self.connection.changes if self.connection else 0)

    def start(self) -> None:
        if not self.running:
            self.running = True
            self._connect()

    def stop(self) -> None:
        self.running = False
        self._lost = None
        self._drop()

    def check(self, now: float, *, connected: float | None) -> None:
        """Look at the silence, and at what the stream turned out to be. `connected`: since when media can leave."""
        connection = self.connection
        if connection is None:
            return
        found = of_source(connection.marks, self._config.timeouts, now, connected=connected)
        if found is not None:
            self._fail(found.exit, found.detail)
        elif self._lost is not None and connection.marks.frame is not None:
            self._recovered(self._lost)
        elif self._lost is not None and not self._time_left(now):
            self._fail(self._lost.code, self._lost.detail)
        elif connection.plan is not None and connection.plan.mode == "passthrough" and self._way_now.mode == "auto":
            self._judge(connection)

    def error(self, path: str, code: Callable[[str, bool], Exit], detail: str) -> bool:
        """An error that an element posted; False: it is none of ours. `code(part, played)` is what it means."""
        connection = self.connection
        part = connection.part(path) if connection else None
        if connection is None or part is None:
            return False
        if part == "sound":
            self._on_report("sound_lost", {"detail": detail})
            return True
        if connection.hopeless:
            return True  # rtspsrc only complains that nothing was chosen; why not is on its way
        self._fail(code(part, connection.marks.first_packet is not None), detail)
        return True

    @property
    def lost(self) -> Loss | None:
        """Why its camera is away, while it is."""
        return self._lost

    @property
    def _way_now(self) -> Way:
        return self._ways[self._way]

    def _connect(self) -> None:
        way, config = self._way_now, self._config
        self.connection = connection = Connection(
            self._parent,
            way.source,
            Hooks(
                described=lambda c: later(self._of, c, self._described, c),
                no_video=lambda c: later(self._of, c, self._fail, Exit.SOURCE_NOT_VIDEO, "SDP has no video stream"),
                refused=lambda c, why: later(self._of, c, self._fail, Exit.CODEC_REFUSED, why),
                ended=lambda c: later(self._of, c, self._ended, c),
                sounds=lambda c: later(self._of, c, self._on_sound, self),
                first=lambda c: later(self._of, c, self._first_packet, c),
                unit=self._unit,
            ),
            tracks=self._tracks,
            mode=way.mode,
            encoder=config.encoder,
            timeout=config.timeouts.connect,
            transport=self._transport,
            sounds=config.sounds,
        )
        connection.start()

    def _unit(self, unit: Any) -> None:
        self.played = True
        self.frames += 1
        self.bytes += unit.get_size()
        self._on_unit(self.layer, unit)

    def _drop(self, then: Callable[[], None] = lambda: None) -> None:
        """`then` once it is closed: some cameras have one place only, and it is still taken."""
        connection, self.connection = self.connection, None
        if connection is not None:
            self._changes += connection.changes
            connection.close(lambda: later(then))

    def _of(self, connection: Connection, call: Callable[..., None], *arguments: object) -> None:
        if connection is self.connection:
            call(*arguments)

    def _described(self, connection: Connection) -> None:
        connection.marks.described = time.monotonic()
        if connection.plan is None:
            self._fail(Exit.CODEC_REFUSED, f"codec {connection.encoding or 'unknown'}")
            return
        self._report_source(connection)
        self._on_described(self)

    def _report_source(self, connection: Connection) -> None:
        plan = connection.plan
        assert plan is not None
        self._on_report(
            "source",
            {
                "layer": self.layer,
                "stream": self._way_now.stream,
                "codec": plan.codec,
                "mode": plan.mode,
                "why": self._way_now.why or plan.why,
                "width": plan.width,
                "height": plan.height,
                "audio": sound.told(connection.sound, connection.offered_sounds, self._config.sounds),
                "transport": connection.transport,
            },
        )

    def _first_packet(self, connection: Connection) -> None:
        width, height = connection.size()
        self._on_report("first_packet", {"layer": self.layer, "width": width, "height": height})

    def _judge(self, connection: Connection) -> None:
        """What passed at first sight may not do so at the second."""
        why = looking.unfit(connection.look, self._config.limits)
        if why is None or (why == "b_frames" and connection.plan and not connection.plan.watch_reordering):
            return
        if why in CAMERA_HEAVY and self.layer == "high" and self._way == 0 and len(self._ways) > 1:
            self._turn(Way(self._ways[1].source, "auto", "sub", why), 1)
            return
        if why in CAMERA_HEAVY and self._way == 1 and self.layer == "high":
            self._turn(Way(self._ways[0].source, "transcode", "main", why), 0)
            return
        try:
            connection.transcode(why)
        except BuildError as error:
            self._fail(Exit.CODEC_REFUSED, str(error))
        else:
            self._report_source(connection)

    def _turn(self, way: Way, index: int) -> None:
        self._ways = tuple(way if at == index else each for at, each in enumerate(self._ways))
        self._way = index
        self._drop(self._retry)

    def _ended(self, connection: Connection) -> None:
        played = connection.marks.first_packet is not None
        self._fail(Exit.SOURCE_STALLED if played else Exit.SOURCE_UNREACHABLE, "source ended the stream")

    def _fail(self, code: Exit, detail: str) -> None:
        """The connection is over: another transport, another stream, another try, or the end."""
        now = time.monotonic()
        if self._other_transport(detail):
            self._drop(self._retry)
            return
        if self._still_closing(code):
            self._drop(lambda: after(verdicts.PAUSE_AFTER_REFUSAL, self._retry))
            return
        if code in PERMANENT and self.layer == "low" and self._way + 1 < len(self._ways):
            self._on_report("source_lost", {"layer": self.layer, "code": code.word, "detail": detail})
            self._way += 1
            self._drop(self._retry)
            return
        self._drop()
        if code in PERMANENT or not self._time_left(now):
            self.running = False
            first = Loss(now, code, detail) if self._lost is None or code in PERMANENT else self._lost
            self._on_lost(first.code, first.detail)
            return
        self._again(now, code, detail)

    def _other_transport(self, detail: str) -> bool:
        """A camera that refuses TCP (461), where any transport will do."""
        if self._config.rtsp_transport != "auto" or not verdicts.wants_other_transport(detail):
            return False
        before, self._transport = self._transport, "udp"
        if before != "udp":
            self._patience = verdicts.TRIES_AFTER_REFUSAL
        return before != "udp"

    def _still_closing(self, code: Exit) -> bool:
        """The first tries over the other transport: the camera may not have forgotten the one before (503)."""
        self._patience -= 1
        return code is Exit.SOURCE_UNREACHABLE and not self.played and self._patience >= 0

    def _time_left(self, now: float) -> bool:
        since = now if self._lost is None else self._lost.at
        return self.played and now - since < self._config.reconnect_seconds

    def _again(self, now: float, code: Exit, detail: str) -> None:
        """The first loss is told, and the return, but not each try."""
        if self._lost is None:
            self._lost, self._pause = Loss(now, code, detail), FIRST_PAUSE
            self._on_report("source_lost", {"layer": self.layer, "code": code.word, "detail": detail})
        self.restarts += 1
        pause, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE)
        after(pause, self._retry)

    def _retry(self) -> None:
        if self.running and self.connection is None:
            self._connect()

    def _recovered(self, lost: Loss) -> None:
        self._on_report("source_back", {"layer": self.layer, "seconds": round(time.monotonic() - lost.at, 2)})
        self._lost = None
