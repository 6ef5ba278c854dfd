"""What one pusher costs: CPU by /proc over windows of at least 20 s, memory at their ends. No HLS, all watchdogs on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import fmean

from bench.cameras import H264_1080
from bench.figures import Row
from bench.pusher.rig import DEMO_CAMERAS, ODD_CAMERAS, Cameras, Rig, end, rig, waiting
from bench.pusher.rooms import Rooms
from bench.usage import Usage, sample
from whip_pusher.tests.programs import Line, Program

SMALL = "cam-006-demo"
# A mount each: gst-rtsp-server gives 503 to a second reader that wants a stream which the first one did not.
ODD = ("h265-1080p25", "baseline", "sound-pcma", "sound-aac")
WINDOWS, LEAST_SECONDS = 3, 20.0
PLAYING_SECONDS, SETTLE_SECONDS = 20.0, 12.0
FPS_MARGIN = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """One pusher of a camera; `mode`: how its video must go, or the row is about something else. `fps`: so many frames
    a second must go out, or it is not judged."""

    name: str
    main: str
    sub: str = ""
    mode: str = "passthrough"
    settings: Mapping[str, str] = field(default_factory=dict)
    fps: float | None = None
    cpu: float | None = None
    pss: float | None = None

    def unlike(self, fps: float) -> str:
        """Why what was measured is not what the row says; empty: it is."""
        if self.fps is None or abs(fps - self.fps) <= FPS_MARGIN:
            return ""
        return f"NOT JUDGED: {fps:g} frames/s instead of {self.fps:g}"


SOUND = {"AUDIO": "on"}
# Those of one line run side by side.
CASES: tuple[tuple[Case, ...], ...] = (
    (Case(name="passthrough 1080p25", main=H264_1080, fps=25, cpu=1.8, pss=26),),
    (Case(name="H.265 1080p25 → 720p ultrafast", main="h265-1080p25", mode="transcode", fps=25, cpu=20),),
    (Case(name="two layers fed, 1080p25 and 360p15", main=H264_1080, sub=SMALL, settings={"LAYERS": "high,low"}),),
    (Case(name="two layers, only 360p15 fed", main=H264_1080, sub=SMALL, settings={"LAYERS": "low"}),),
    (
        Case(name="360p15 without sound", main="baseline"),
        Case(name="360p15, PCMA passed", main="sound-pcma", settings=SOUND),
        Case(name="360p15, AAC → Opus", main="sound-aac", settings=SOUND),
    ),
)


def cost(*, seconds: float) -> Iterator[Row]:
    with rig() as bench:
        sources = {False: bench.cameras(*DEMO_CAMERAS, "--extra", "1"), True: bench.cameras(*_odd_cameras())}
        rooms = bench.rooms()
        for cases in CASES:
            yield from _measured(bench, rooms, sources, cases, max(LEAST_SECONDS, seconds))
        yield from _reference(bench, rooms, sources[False], max(LEAST_SECONDS, seconds))


def _odd_cameras() -> tuple[str, ...]:
    return (*ODD_CAMERAS, "--mounts", ",".join(ODD))


def _measured(
    bench: Rig, rooms: Rooms, sources: Mapping[bool, Cameras], cases: Sequence[Case], seconds: float
) -> Iterator[Row]:
    with ExitStack() as ends:
        pushers, sounds = dict[Case, Program](), dict[Case, Line]()
        for number, case in enumerate(cases):
            name, extra = f"cost-{number}", {"SUB_RTSP_URL": _url(sources, case.sub)} if case.sub else {}
            door = rooms.door.url(name)
            pushers[case] = bench.pusher(name, _url(sources, case.main), door, **case.settings, **extra)
            ends.callback(end, pushers[case])
            sounds[case] = _started(pushers[case])
        told = {case: _settled(pushers[case], case) | {"sound": sounds[case]} for case in cases}
        pids = {case.name: [pushers[case].process.pid] for case in cases}
        usage = sample(pids, windows=WINDOWS, seconds=seconds)
        for case in cases:
            yield from _rows(case, usage[case.name], told[case] | _stats(pushers[case]))


def _reference(bench: Rig, rooms: Rooms, cameras: Cameras, seconds: float) -> Iterator[Row]:
    """The first case and what its elements cost by themselves, in the same windows: a machine may change meanwhile."""
    url, names = cameras.url(H264_1080), ("pusher", "GStreamer alone")
    with ExitStack() as ends:
        programs = [bench.pusher("cost-beside", url, rooms.door.url("cost-beside"))]
        programs.append(bench.plain(url, rooms.door.url("cost-plain")))
        for program in programs:
            ends.callback(end, program)
            program.wait_for("playing", PLAYING_SECONDS)
        _settled(programs[0], CASES[0][0])
        usage = sample(
            {name: [each.process.pid] for name, each in zip(names, programs, strict=True)},
            windows=WINDOWS,
            seconds=seconds,
        )
        if any(program.process.poll() is not None for program in programs):
            raise RuntimeError(f"it did not play on: {''.join(programs[1].output[-3:])}")
    for name in names:
        told = f"private: {max(usage[name].private):.0f} MB · PSS: {max(usage[name].pss):.0f} MB"
        yield Row(
            name=f"side by side, passthrough 1080p25, {name}: of a core", values=usage[name].cpu, unit="%", note=told
        )


def _url(sources: Mapping[bool, Cameras], mount: str) -> str:
    return sources[mount in ODD].url(mount)


def _started(program: Program) -> Line:
    """Wait until it plays; tells of its sound."""
    sound: Line = program.wait_for("source", PLAYING_SECONDS)["audio"]
    program.wait_for("playing", PLAYING_SECONDS)
    return sound


def _settled(program: Program, case: Case) -> Line:
    """Wait until it has made up its mind; RuntimeError where it plays otherwise than it should."""
    program.wait_for("stats", SETTLE_SECONDS, state="playing")
    line = program.wait_for("stats", SETTLE_SECONDS, state="playing")
    modes = {layer["mode"] for layer in line["layers"].values() if layer.get("mode")}
    if modes != {case.mode}:
        raise RuntimeError(f"{case.name}: plays as {modes}")
    return line


def _stats(program: Program) -> Line:
    """The last line of statistics, with the frames per second of all; RuntimeError where it did not play on."""
    lines = [line for line in waiting(program) if line["event"] == "stats"]
    if program.process.poll() is not None or any((ln["state"], ln["sessions"]) != ("playing", 1) for ln in lines):
        raise RuntimeError(f"it did not play on: {''.join(program.output[-3:])}")
    return lines[-1] | {"fps": round(fmean(line["fps"] for line in lines), 1)} if lines else {}


def _rows(case: Case, usage: Usage, told: Line) -> Iterator[Row]:
    rates = f"{told['fps']:g} frames/s, {told['bitrate_kbps']:g} kbit/s, {case.mode}"
    if told["sound"]["carried"]:
        rates += f", sound {told['sound']['codec']} carried as {told['sound']['carried']}"
    unlike = case.unlike(told["fps"])
    cpu = f"{rates} · per window: {', '.join(f'{value:.2f}' for value in usage.cpu)} %"
    cpu, limit = (f"{unlike} · {cpu}", None) if unlike else (cpu, case.cpu)
    yield Row(name=f"{case.name}: of a core", values=usage.cpu, unit="%", limit=limit, note=cpu)
    # Other programs with the same libraries make its proportional part smaller.
    note = f"private: {max(usage.private):.0f} MB · resident: {told['memory_mb']:.0f} MB · {told['threads']} threads"
    yield Row(name=f"{case.name}: PSS", values=usage.pss, unit="MB", limit=case.pss, note=note)
