"""One layer's way from a camera to its track: which stream it takes, and a new connection whenever one is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from whip_pusher import looking, verdicts
from whip_pusher.config import Config, Timeouts
from whip_pusher.connection import Connection, Hooks
from whip_pusher.exits import PERMANENT, Exit
from whip_pusher.gst import BuildError
from whip_pusher.later import after, later, once_within
from whip_pusher.patience import Loss, Patience
from whip_pusher.tracks import Track
from whip_pusher.transports import Transports
from whip_pusher.watchdog import of_source
from whip_pusher.ways import Way, ways

FIRST_PAUSE, LONGEST_PAUSE, LEAST_PAUSE = 0.3, 1.0, 0.05
CLOSE_SECONDS = 2.0
# A camera that has answered before is asked again soon where packets vanish: TCP itself tries after 1, 3, 7 s.
CONNECT_AGAIN = 1.0
SLOWER_THAN_BEFORE = 3
CAMERA_HEAVY = frozenset({"long_gop", "bitrate"})


class Successor(NamedTuple):
    """What is to take over once it has a picture; until then the connection before it plays on."""

    place: int  # of the way among the ways
    way: Way
    connection: Connection


class Feed:
    """`on_report(event, fields)` tells what is to be printed; `on_lost(feed, exit, detail)` that this layer is over,
    and is answered whether the run goes on without it."""

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
        on_lost: Callable[[Feed, Exit, str], bool],
        on_unit: Callable[[str, Any], None],
        on_wanted: Callable[[str], bool],
    ) -> None:
        self._parent, self._config, self.layer, self._tracks = parent, config, layer, tracks
        self._on_described, self._on_sound = on_described, on_sound
        self._on_report, self._on_lost, self._on_unit = on_report, on_lost, on_unit
        self._on_wanted = on_wanted
        self._ways = ways(config, layer)
        self._way = 0
        self._transports = Transports(config.rtsp_transport)
        self._patience = Patience(
            config.reconnect_seconds, config.losses_per_minute, first=FIRST_PAUSE, longest=LONGEST_PAUSE
        )
        self._answer_took = 0.0
        self.played = False
        self.connection: Connection | None = None
        self._successor: Successor | None = None
        self.running = False
        self.restarts = self.frames = self.bytes = 0
        self._changes = 0

    @property
    def changes(self) -> int:
        """How often a head was exchanged."""
        return self._changes + (self.connection.changes if self.connection else 0)

    @property
    def over(self) -> bool:
        """It was wanted and is given up, while another layer plays on."""
        return not self.running and self._patience.lost is not None

    @property
    def settled(self) -> bool:
        """It flows, or is not wanted."""
        return not self.running or (self._patience.lost is None and self._successor is None and self.played)

    @property
    def stream(self) -> str:
        return self._way_now.stream

    def start(self) -> None:
        if not self.running:
            self.running = True
            self._patience.renew(time.monotonic())
            self._connect()

    def stop(self) -> None:
        self.running = False
        self._patience.forget()
        self._give_up_successor()
        self._drop()

    def carry(self, tracks: Sequence[Track]) -> None:
        """Feed these tracks and no others."""
        if list(tracks) == list(self._tracks):
            return
        self.count(time.monotonic())
        self._tracks = tracks
        tracks[0].counted()  # what it carried for somebody else
        try:
            if self.connection is not None:
                self.connection.carry(tracks)
        except BuildError as error:
            self._fail(Exit.CODEC_REFUSED, str(error))

    def without(self, stream: str) -> None:
        """Another layer found out that this stream of the camera is not to be had."""
        self._ways = tuple(way for at, way in enumerate(self._ways) if at <= self._way or way.stream != stream)

    def check(self, now: float, *, connected: float | None) -> None:
        """Look at the silence, and at what the stream turned out to be. `connected`: since when media can leave."""
        self.count(now)
        if self._successor is not None:
            self._check_successor(self._successor, now, connected)
        connection = self.connection
        if connection is None:
            return
        found = of_source(connection.marks, self._timeouts, now, connected=connected)
        lost = self._patience.lost
        if found is not None:
            self._fail(found.exit, found.detail)
        elif lost is not None and connection.marks.frame is not None:
            self._recovered(lost)
        elif lost is not None and self.played and not self._patience.left(now):
            self._fail(lost.code, lost.detail)
        else:
            self._judge(connection)
            self._listen(connection)

    def count(self, now: float) -> None:
        """Bring `frames` and `bytes` up to date."""
        frames, size_bytes = self._tracks[0].counted()
        self.frames += frames
        self.bytes += size_bytes
        if self.connection is not None:
            self.connection.counted(now, frames, size_bytes)

    def error(self, path: str, code: Callable[[str, bool], Exit], detail: str) -> bool:
        """An error that an element posted; False: it is none of ours. `code(part, played)` is what it means."""
        connections = [self.connection, self._successor and self._successor.connection]
        connection, part = next(((c, found) for c in connections if c and (found := c.part(path))), (None, None))
        if connection is None or part is None:
            return False
        if part in {"sound", "sounds"}:
            self._sound_lost(connection, detail)
            return True
        if connection.hopeless:
            return True  # rtspsrc only complains that nothing was chosen; why not is on its way
        self._failed(connection, code(part, connection.marks.first_packet is not None), detail)
        return True

    @property
    def lost(self) -> Loss | None:
        """Why its camera is away, while it is."""
        return self._patience.lost

    @property
    def _way_now(self) -> Way:
        return self._ways[self._way]

    @property
    def _timeouts(self) -> Timeouts:
        return replace(self._config.timeouts, connect=self._connect_seconds)

    @property
    def _connect_seconds(self) -> float:
        most = self._config.timeouts.connect
        return min(most, max(CONNECT_AGAIN, SLOWER_THAN_BEFORE * self._answer_took)) if self.played else most

    def _connect(self) -> None:
        self.connection = self._made(self._way_now, self._unit, timeout=self._connect_seconds)
        self.connection.start()

    def _made(self, way: Way, unit: Callable[[Any], None], *, timeout: float, at_keyframe: bool = False) -> Connection:
        config = self._config
        return Connection(
            self._parent,
            way.source,
            Hooks(
                described=lambda c: later(self._described, c),
                no_video=lambda c: later(self._failed, c, Exit.SOURCE_NOT_VIDEO, "SDP has no video stream"),
                refused=lambda c, why: later(self._failed, c, Exit.CODEC_REFUSED, why),
                ended=lambda c: later(self._ended, c),
                sounds=lambda c: later(self._of, c, self._on_sound, self),
                first=lambda c: later(self._of, c, self._first_packet, c),
                unfit=lambda c: later(self._of, c, self._judge, c),
                unit=unit,
                wanted=lambda: self._on_wanted(self.layer),
            ),
            tracks=self._tracks,
            mode=way.mode,
            encoder=config.encoder,
            timeout=timeout,
            transport=self._transports.now,
            sounds=config.sounds,
            at_keyframe=at_keyframe,
        )

    def _unit(self, unit: Any) -> None:
        self.played = True
        self._on_unit(self.layer, unit)

    def _drop(self, then: Callable[[], None] = lambda: None) -> None:
        """`then` once it is closed: some cameras have one place only, and it is still taken. One that is gone may block
        its closing for long: that is not waited for."""
        connection, self.connection = self.connection, None
        if connection is not None:
            self._changes += connection.changes
            connection.close(once_within(CLOSE_SECONDS, then))

    def _of(self, connection: Connection, call: Callable[..., None], *arguments: object) -> None:
        if connection is self.connection:
            call(*arguments)

    # --- what a connection tells

    def _described(self, connection: Connection) -> None:
        now = time.monotonic()
        connection.marks.described = now
        if connection.plan is None:
            self._failed(connection, Exit.CODEC_REFUSED, f"codec {connection.encoding or 'unknown'}")
        elif connection is self.connection:
            self._answer_took = max(self._answer_took, now - connection.marks.started)
            self._report_source(connection)
            self._on_described(self)

    def _report_source(self, connection: Connection) -> None:
        way = self._way_now
        self._on_report("source", {"layer": self.layer, "stream": way.stream, **connection.described(way.why)})

    def _first_packet(self, connection: Connection) -> None:
        width, height = connection.size()
        self._on_report("first_packet", {"layer": self.layer, "width": width, "height": height})

    def _listen(self, connection: Connection) -> None:
        failed = connection.sound_failed()
        if failed is not None:
            self._sound_lost(connection, f"sound is {failed}")

    def _sound_lost(self, connection: Connection, detail: str) -> None:
        """The picture goes on; told once."""
        if not connection.sound_lost:
            connection.sound_lost = True
            self._on_report("sound_lost", {"detail": detail})

    # --- what the stream turns out to be

    def _judge(self, connection: Connection) -> None:
        """What passed at first sight may not do so at the second."""
        plan = connection.plan
        if plan is None or plan.mode != "passthrough" or self._way_now.mode != "auto" or self._successor is not None:
            return
        attention = connection.attention
        why = attention.reading.unfit or looking.unfit(attention.look, self._config.limits)
        if why in CAMERA_HEAVY and self.layer == "high" and len(self._ways) > 1:
            self._seek(why)
        elif why is not None:
            self._transcode(connection, why)

    def _transcode(self, connection: Connection, why: str) -> None:
        try:
            connection.transcode(why)
        except BuildError as error:
            self._fail(Exit.CODEC_REFUSED, str(error))
        else:
            self._report_source(connection)

    def _seek(self, why: str) -> None:
        """Try the sub-stream instead of a main stream that is too heavy, or the main one, transcoded, instead of a
        sub-stream that is."""
        place = 1 - self._way
        way = replace(self._ways[place], mode="auto" if place == 1 else "transcode", why=why)

        def first(unit: Any) -> None:
            if self.connection is not None:
                self.connection.hush()
            hooks.unit = self._unit
            self._unit(unit)

        connection = self._made(way, first, timeout=self._config.timeouts.connect, at_keyframe=True)
        hooks = connection.hooks
        self._successor = Successor(place, way, connection)
        connection.start()

    def _check_successor(self, successor: Successor, now: float, connected: float | None) -> None:
        marks = successor.connection.marks
        found = of_source(marks, self._config.timeouts, now, connected=connected)
        if marks.frame is not None:
            self._succeed(successor)
        elif found is not None:
            self._decline(successor)

    def _succeed(self, successor: Successor) -> None:
        """Now it is the connection."""
        place, way, connection = successor
        self._successor = None
        self._drop()
        self._ways = tuple(way if at == place else each for at, each in enumerate(self._ways))
        self._way, self.connection = place, connection
        if connection.plan is not None:
            self._report_source(connection)
        self._on_sound(self)

    def _decline(self, successor: Successor) -> None:
        """The other stream is not to be had: this one is transcoded, now and whenever it is connected again."""
        self._give_up_successor()
        self._ways, self._way = (replace(self._way_now, mode="transcode", why=successor.way.why),), 0
        if self.connection is not None:
            self._transcode(self.connection, successor.way.why)

    def _give_up_successor(self) -> None:
        successor, self._successor = self._successor, None
        if successor is not None:
            successor.connection.close(lambda: None)

    # --- the end of a connection

    def _ended(self, connection: Connection) -> None:
        played = connection.marks.first_packet is not None
        self._failed(connection, Exit.SOURCE_STALLED if played else Exit.SOURCE_UNREACHABLE, "source ended the stream")

    def _failed(self, connection: Connection, code: Exit, detail: str) -> None:
        if connection is self.connection:
            self._fail(code, detail)
        elif self._successor is not None and connection is self._successor.connection:
            self._decline(self._successor)

    def _fail(self, code: Exit, detail: str) -> None:
        """The connection is over: another transport, another stream, another try, or the end."""
        now = time.monotonic()
        if self._transports.turned(detail):
            self._drop(self._retry)
            return
        if not self.played and self._transports.still_closing(code):
            self._drop(lambda: after(verdicts.PAUSE_AFTER_REFUSAL, self._retry))
            return
        began = self._patience.lose(now, code, detail)
        if self._successor is not None:
            self._tell_loss(began)
            self._succeed(self._successor)
        elif self._gives_way(code, now):
            self._tell_loss(began)
            self._drop(self._retry)
        elif code in PERMANENT or not (self.played and self._patience.left(now)):
            self._end(now, code, detail, began=began)
        else:
            self._again(began=began)

    def _gives_way(self, code: Exit, now: float) -> bool:
        """Low takes the main stream where its own is not to be had. High begins anew with its own where the sub-stream,
        which it had taken for being lighter, does not even connect."""
        over = code in PERMANENT or not self.played or not self._patience.left(now)
        if self.layer == "low" and over and self._way + 1 < len(self._ways):
            self._way += 1
        elif self.layer == "high" and self._way == 1 and (over or self._never_came):
            self._ways, self._way = ways(self._config, self.layer), 0
        else:
            return False
        self._patience.renew(now)
        return True

    @property
    def _never_came(self) -> bool:
        return self.connection is not None and self.connection.marks.first_packet is None

    def _end(self, now: float, code: Exit, detail: str, *, began: bool) -> None:
        self._drop()
        self.running = False
        lost = self._patience.lost
        last = Loss(now, code, detail) if lost is None or code in PERMANENT else lost
        if self._on_lost(self, last.code, last.detail):
            self._tell_loss(began)

    def _again(self, *, began: bool) -> None:
        """The first loss is told, and the return, but not each try."""
        pause = self._patience.pause()
        if self.connection is not None and self._never_came:
            # A try that waited for an answer has let the camera rest meanwhile.
            pause = max(LEAST_PAUSE, pause - (time.monotonic() - self.connection.marks.started))
        self._drop()
        self._tell_loss(began)
        self.restarts += 1
        after(pause, self._retry)

    def _tell_loss(self, began: bool) -> None:
        lost = self._patience.lost
        if began and lost is not None:
            self._on_report("source_lost", {"layer": self.layer, "code": lost.code.word, "detail": lost.detail})

    def _retry(self) -> None:
        if self.running and self.connection is None:
            self._connect()

    def _recovered(self, lost: Loss) -> None:
        now = time.monotonic()
        self._patience.back(now)  # first: whoever reads the line may ask for our health at once
        self._on_report("source_back", {"layer": self.layer, "seconds": round(now - lost.at, 2)})
