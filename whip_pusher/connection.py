"""One RTSP connection and what is behind it: heads that end in tracks, exchanged while the stream runs.

A head is made before the old one is given up: a transcoder that still waits for its first keyframe takes nothing away.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from whip_pusher import pipeline, sound
from whip_pusher.attention import Attention
from whip_pusher.config import RtspSource
from whip_pusher.encoders import EncoderSettings
from whip_pusher.gst import BuildError, Gst, element, parse_bin
from whip_pusher.pace import Pace
from whip_pusher.source import Media, Source
from whip_pusher.tracks import Track
from whip_pusher.watchdog import SourceMarks

_numbers = itertools.count()


@dataclass
class Hooks:
    """What a connection tells its owner, from GStreamer's threads. `unit(buffer)` gets each H.264 access unit for as
    long as `wanted()`, and the first ones in any case."""

    described: Callable[[Connection], None]
    no_video: Callable[[Connection], None]
    refused: Callable[[Connection, str], None]
    ended: Callable[[Connection], None]
    sounds: Callable[[Connection], None]
    first: Callable[[Connection], None]
    unfit: Callable[[Connection], None]
    unit: Callable[[Any], None]
    wanted: Callable[[], bool]


@dataclass
class Head:
    """A bin between the camera's pad and its tracks' inputs; the one of the highest number counts.
    `passes`: it does not transcode. `resting`: of what goes through it at most the keyframes are seen."""

    bin: Any
    number: int = 0
    inputs: list[tuple[Track, Any]] = field(default_factory=list)
    door: Any = None  # the pad of the tee before it
    passes: bool = True
    resting: bool = False


class Connection:
    """`tracks`: what the video feeds. `mode`: auto, passthrough or transcode.
    `at_keyframe`: what flows in the tracks is not replaced before a keyframe.

    `attention` is what is seen of a stream that passes; it is judged in auto mode."""

    def __init__(
        self,
        parent: Any,
        source: RtspSource,
        hooks: Hooks,
        *,
        tracks: Sequence[Track],
        mode: str,
        encoder: EncoderSettings,
        timeout: float,
        transport: str,
        sounds: tuple[str, ...],
        at_keyframe: bool = False,
    ) -> None:
        self.name = f"{tracks[0].name}{next(_numbers)}"
        self._parent, self.hooks, self._tracks = parent, hooks, tuple(tracks)
        self._mode, self._encoder, self._sounds = mode, encoder, sounds
        self._at_keyframe = at_keyframe
        self.attention = Attention(judged=mode == "auto")
        self.sound_lost = False
        self.plan: pipeline.Plan | None = None
        self.sound: sound.SoundPlan | None = None
        self.encoding = ""
        self.offered_sounds: tuple[str, ...] = ()
        self.hopeless = False  # nothing in the SDP can be played, which `hooks` are being told
        self.transport = transport
        self.marks = SourceMarks(started=time.monotonic())
        self.changes = 0
        self._taking, self._clearing = threading.Lock(), threading.Lock()
        self._heads: list[Head] = []
        self._tee: Any = None
        self._head: Head | None = None
        self._sound_head: Head | None = None
        self._sound_tee: Any = None
        self._sound_guard: Any = None
        self._all: list[Any] = []
        self._source = Source(
            source,
            timeout=timeout,
            on_described=self._described,
            on_pad=self._on_pad,
            on_end=lambda: hooks.ended(self),
            name=f"source-{self.name}",
            transport=transport,
        )

    def size(self) -> tuple[int | None, int | None]:
        return self._tracks[0].size()

    def described(self, why: str) -> dict[str, object]:
        """What the event `source` tells; `why`: instead of the plan's own word."""
        plan = self.plan
        assert plan is not None
        return {
            "codec": plan.codec,
            "mode": plan.mode,
            "why": why or plan.why,
            "width": plan.width,
            "height": plan.height,
            "audio": sound.told(self.sound, self.offered_sounds, self._sounds),
            "transport": self.transport,
        }

    def start(self) -> None:
        self._add(self._source.element)

    def part(self, path: str) -> str | None:
        """`source`, `tee`, `head`, `sounds` or `sound`: its part that holds the element of that path; None: none."""
        names = [step.partition(":")[2] for step in path.split("/")]
        kind, _, of = (names[2] if len(names) > 2 else "").partition("-")
        return kind if of.partition(".")[0] == self.name else None

    def hush(self) -> None:
        """From now on nobody is told of its access units."""
        self.hooks.unit, self.hooks.wanted = _nobody, lambda: False

    def close(self, then: Callable[[], None]) -> None:
        """Give everything up, in a thread: an RTSP TEARDOWN waits for a camera that may be gone. `then`: it is done."""
        self.hush()
        threading.Thread(target=self._dismantle, args=(then,), name=f"close-{self.name}", daemon=True).start()

    def transcode(self, why: str) -> None:
        """From now on decode and encode, while the track and its RTP numbering go on. Raises `BuildError`."""
        if self.plan is None or self.plan.mode == "transcode" or self._tee is None:
            return
        old = self.plan
        self.plan = pipeline.Plan(old.encoding, "transcode", why, old.width, old.height)
        self.changes += 1
        self._insert(self.plan)

    def carry(self, tracks: Sequence[Track]) -> None:
        """From now on feed these tracks, and encode for no others. Raises `BuildError`."""
        self._tracks = tuple(tracks)
        if self.plan is not None and self._tee is not None:
            self.changes += 1
            self._insert(self.plan)

    def attach_sound(self, track: Track) -> None:
        """Put the sound's head between its pad, once there is one, and the track. Raises `BuildError`."""
        if self._sound_tee is None or self.sound is None or self._sound_head is not None:
            return
        bin_ = parse_bin(sound.head(sound.SoundPlan(self.sound.encoding, track.encoding, self.sound.rate)))
        bin_.set_name(f"sound-{self.name}")
        self._sound_head = head = Head(bin_)
        self._heads.append(head)
        self._add(bin_)
        self._join(head, track, bin_.get_static_pad("src"))
        head.door = self._sound_tee.request_pad_simple("src_%u")
        head.door.link(bin_.get_static_pad("sink"))
        track.choose(head.inputs[0][1])

    def counted(self, now: float, frames: int, size_bytes: int) -> None:
        """So much went out of the tracks since the last look: where it rests, that is all there is to be known."""
        head = self._head
        if head is None or not head.resting:
            return
        self.attention.count(frames, size_bytes)
        if frames:
            self.marks.on_packet(now)
            self.marks.on_frame(now)
        if self.hooks.wanted():
            self._attend(head)

    def sound_failed(self) -> str | None:
        """What became of the last packet of sound, where that was an error; None: all is well."""
        if self._sound_guard is None:
            return None
        last = self._sound_guard.get_static_pad("src").get_last_flow_return()
        return last.value_nick if last in {Gst.FlowReturn.ERROR, Gst.FlowReturn.NOT_NEGOTIATED} else None

    def force_keyframe(self) -> None:
        """Of each encoder; passthrough has none, and a camera cannot be asked."""
        if self.plan is None or self.plan.mode == "passthrough":
            return
        for track in self._tracks:
            encoder = self._head and self._head.bin.get_by_name(f"encoder_{track.name}")
            if encoder:
                fields = Gst.Structure.new_from_string("GstForceKeyUnit, all-headers=(boolean)true")
                encoder.get_static_pad("src").send_event(Gst.Event.new_custom(Gst.EventType.CUSTOM_UPSTREAM, fields))

    # --- the source's threads

    def _described(self, media: Sequence[Media]) -> list[int]:
        video = next((index for index, each in enumerate(media) if each.kind == "video"), None)
        if video is None:
            self.hopeless = True
            self.hooks.no_video(self)
            return []
        self.encoding = media[video].encoding
        self.offered_sounds = tuple(each.encoding for each in media if each.kind == "audio")
        self.plan = pipeline.plan(self.encoding, media[video].sprop, self._mode)
        self.hopeless = self.plan is None
        self.attention.reading.begin(undecided=bool(self.plan and self.plan.watch_reordering))
        chosen = [video] if self.plan else []
        for index, each in enumerate(media):
            if each.kind == "audio" and self.sound is None and self._sounds:
                self.sound = sound.plan(each.encoding, self._sounds, rate=each.rate, channels=each.channels)
                chosen += [index] if self.sound else []
        self.hooks.described(self)
        return chosen

    def _on_pad(self, kind: str, pad: Any) -> None:
        try:
            if kind == "audio":
                self._keep_sound(pad)
            elif self.plan is not None and self._tee is None:
                self._begin(self.plan, pad)
        except BuildError as error:
            self.hooks.refused(self, str(error))

    def _keep_sound(self, pad: Any) -> None:
        """Its track may come later. Until then it flows away: a pad that was not linked once is never tried again.

        A failure behind the guard stays there: rtspsrc would end the picture with the sound.
        """
        self._sound_tee = self._made_tee("sounds")
        self._sound_guard = guard = element("errorignore", f"sounds-{self.name}.guard", convert_to=Gst.FlowReturn.OK)
        self._add(guard)
        guard.link(self._sound_tee)
        pad.link(guard.get_static_pad("sink"))
        self.hooks.sounds(self)

    def _begin(self, plan: pipeline.Plan, pad: Any) -> None:
        self._tee = self._made_tee("tee")
        self._insert(plan)
        pad.link(self._tee.get_static_pad("sink"))

    def _made_tee(self, kind: str) -> Any:
        tee = element("tee", f"{kind}-{self.name}", allow_not_linked=True)
        self._add(tee)
        return tee

    def _insert(self, plan: pipeline.Plan) -> None:
        tracks = self._tracks
        layers = tuple(track.name for track in tracks)
        bin_ = parse_bin(pipeline.head(plan, self._encoder, layers), ghost=False)
        bin_.set_name(f"head-{self.name}.{self.changes}")
        bin_.add_pad(Gst.GhostPad.new("sink", bin_.get_by_name("in").get_static_pad("sink")))
        head = Head(bin_, self.changes, passes=plan.mode == "passthrough")
        self._heads.append(head)
        packets = Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST
        bin_.get_by_name("in").get_static_pad("src").add_probe(packets, self._packet, head)
        if head.passes:
            bin_.get_by_name("heads").get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, self._keyframe, head)
        if plan.mode == "transcode":
            bin_.get_by_name("parse").get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, self._coded)
            for track in tracks:
                most = self._encoder.of(track.name, alone=len(tracks) == 1)
                self._limit_rate(bin_.get_by_name(f"frames_{track.name}"), Pace(most.fps))
        self._add(bin_)
        for track in tracks:
            out = Gst.GhostPad.new(f"src_{track.name}", bin_.get_by_name(f"out_{track.name}").get_static_pad("src"))
            bin_.add_pad(out)
            out.set_active(True)
            self._join(head, track, out)
            out.add_probe(Gst.PadProbeType.BUFFER, self._unit, (head, track))
        head.door = self._tee.request_pad_simple("src_%u")
        head.door.link(bin_.get_static_pad("sink"))

    def _limit_rate(self, frames: Any, pace: Pace) -> None:
        def keep(_pad: Any, _info: Any) -> Any:
            return Gst.PadProbeReturn.OK if pace.keep(time.monotonic()) else Gst.PadProbeReturn.DROP

        frames.get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, keep)

    def _join(self, head: Head, track: Track, out: Any) -> None:
        target = track.input()
        head.inputs.append((track, target))
        out.link(target)

    def _add(self, part: Any) -> None:
        self._all.append(part)
        self._parent.add(part)
        part.sync_state_with_parent()

    def _coded(self, _pad: Any, info: Any) -> Any:
        """On the way to the decoder; looked at until the first keyframe."""
        if info.get_buffer().has_flags(Gst.BufferFlags.DELTA_UNIT):
            return Gst.PadProbeReturn.OK
        self.marks.keyframe = self.marks.keyframe or time.monotonic()
        return Gst.PadProbeReturn.REMOVE

    def _packet(self, _pad: Any, _info: Any, head: Head) -> Any:
        """Out of the depayloader, before any parser that may wait for parameter sets. What passes is seen again behind
        it, so that the first frame is enough."""
        marks = self.marks
        first = marks.first_packet is None
        marks.on_packet(time.monotonic())
        if first:
            self.hooks.first(self)
        return Gst.PadProbeReturn.REMOVE if head.passes and marks.frame is not None else Gst.PadProbeReturn.OK

    def _unit(self, _pad: Any, info: Any, of: tuple[Head, Track]) -> Any:
        head, track = of
        unit, first, now = info.get_buffer(), track is self._tracks[0], time.monotonic()
        keyframe = not unit.has_flags(Gst.BufferFlags.DELTA_UNIT)
        if head.passes and first:
            self.marks.on_packet(now)
            if self.attention.see(unit, keyframe=keyframe):
                self.hooks.unfit(self)
        if head.passes and self.attention.reading.undecodable:
            return Gst.PadProbeReturn.DROP
        if head is not self._head and not ((keyframe or not self._at_keyframe) and self._take(head)):
            return Gst.PadProbeReturn.DROP
        if first:
            self.hooks.unit(unit)
        self.marks.on_frame(now)
        return Gst.PadProbeReturn.REMOVE if self._rests(head, first=first) else Gst.PadProbeReturn.OK

    def _rests(self, head: Head, *, first: bool) -> bool:
        """Whether it is left alone from now on. Of further tracks only the beginning counts."""
        if first:
            head.resting = not self.hooks.wanted() and (not head.passes or self.attention.may_rest)
        return head.resting or not first

    def _keyframe(self, _pad: Any, info: Any, head: Head) -> Any:
        """The way of the keyframes ends here. Each may bring parameter sets upon which all frames count again."""
        if head.resting and head is self._head:
            if self.attention.head(info.get_buffer()):
                self.hooks.unfit(self)
            if not self.attention.may_rest:
                self._attend(head)
        return Gst.PadProbeReturn.DROP

    def _attend(self, head: Head) -> None:
        """See each access unit again, from the next one on."""
        track = self._tracks[0]
        out = head.bin.get_static_pad(f"src_{track.name}")
        if head.resting and out is not None:
            head.resting = False
            out.add_probe(Gst.PadProbeType.BUFFER, self._unit, (head, track))

    def _take(self, head: Head) -> bool:
        """The head's first access unit is here: now it counts, and the one before it goes. False: it came too late."""
        with self._taking:
            old = self._head
            if old is not None and old.number >= head.number:
                return old is head
            self._head = head
        for track, target in head.inputs:
            track.choose(target)
        if old is not None:
            threading.Thread(target=self._drop_head, args=(old,), daemon=True).start()
        return True

    def _drop_head(self, head: Head) -> None:
        with self._clearing:
            if head.bin not in self._all:
                return  # the whole connection was given up meanwhile
            self._tee.release_request_pad(head.door)
            self._release(head)
            self._heads.remove(head)
            self._all.remove(head.bin)
            self._parent.remove(head.bin)

    def _release(self, head: Head) -> None:
        head.bin.set_state(Gst.State.NULL)
        for track, target in head.inputs:
            track.release(target)

    def _dismantle(self, then: Callable[[], None]) -> None:
        with self._clearing:
            self._source.element.set_state(Gst.State.NULL)
            for head in self._heads:
                self._release(head)
            for part in reversed(self._all):
                part.set_state(Gst.State.NULL)
                self._parent.remove(part)
            self._all.clear()
        then()


def _nobody(_unit: Any) -> None:
    """What still comes out of a connection that is being closed."""
