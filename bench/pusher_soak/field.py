"""The cameras, one Janus, the pushers, and receivers that watch some of them; and one look at all of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from bench.pusher.rig import DEMO_CAMERAS, Rig, waiting
from bench.pusher_soak.verdict import Life, Sample
from bench.usage import cpu_seconds
from whip_pusher.tests.programs import Line, Program

PLAYING_SECONDS = 60.0
Footprint = tuple[float, float, int, int]


class Field:
    """Built, all play, and the watched ones (the first of them) show."""

    def __init__(self, bench: Rig, cameras: int, watched: int, hls: bool) -> None:
        names = [f"cam-{number:03d}-demo" for number in range(6, 6 + cameras)]
        sources, rooms = bench.cameras(*DEMO_CAMERAS, "--extra", str(cameras)), bench.rooms()
        self.pushers: dict[str, Program] = {}
        for name in names:  # one after another: ten handshakes at once would be another test
            self.pushers[name] = _pusher(bench, name, sources.url(name), rooms.door.url(name), hls)
            self.pushers[name].wait_for("playing", PLAYING_SECONDS)
        self.receivers: dict[str, Program] = {}
        for name in names[:watched]:
            self.receivers[name], url = bench.receiver()
            rooms.watch(name, url)
            self.receivers[name].wait_for("frame", PLAYING_SECONDS)

    def settle(self, seconds: float) -> list[Life]:
        """Let them settle; what was said meanwhile is the start's own affair."""
        time.sleep(seconds)
        for program in [*self.pushers.values(), *self.receivers.values()]:
            _heard(program)
        self.began = self._looked = time.monotonic()
        self._began_at = time.time()
        self._spent = {name: cpu_seconds(program.process.pid) for name, program in self.pushers.items()}
        self._restarts = dict[str, int]()
        return [Life(name, watched=name in self.receivers) for name in self.pushers]

    def look(self, lives: Sequence[Life]) -> None:
        """Add one sample to each life, and what was said and seen since the last one."""
        now, before = time.monotonic(), self._looked
        self._looked = now
        for life in lives:
            program = self.pushers[life.name]
            life.trouble += [words for words in self._troubles(life.name, program) if words not in life.trouble]
            with suppress(OSError):  # it ended, which is trouble already
                spent, self._spent[life.name] = self._spent[life.name], cpu_seconds(program.process.pid)
                cpu = 100 * (self._spent[life.name] - spent) / (now - before)
                life.samples.append(Sample(now - self.began, *footprint(program.process.pid), cpu))
            if life.watched:
                life.latency += self._latency(self.receivers[life.name])

    def _troubles(self, name: str, program: Program) -> Iterator[str]:
        played = False
        for line in _heard(program):
            if line["event"] == "stats":
                played = True
                yield from self._of_stats(name, line)
            else:  # while all goes well, a pusher says nothing else
                yield f"said {line['event']} {line.get('code', '')}".rstrip()
        if program.process.poll() is not None:
            yield f"ended with {program.process.returncode}"
        elif not played:
            yield "told no statistics for a while"

    def _of_stats(self, name: str, line: Line) -> Iterator[str]:
        if line["state"] != "playing" or not line["fps"]:
            yield f"was {line['state']} at {line['fps']:g} frames/s"
        if line["sessions"] != 1:
            yield "has another session"
        if line["restarts"] != self._restarts.setdefault(name, line["restarts"]):
            yield "has another connection to its camera"

    def _latency(self, receiver: Program) -> Iterator[tuple[float, float]]:
        for line in _heard(receiver):
            if line["event"] == "frame" and "age_ms" in line:
                yield line["at_ms"] / 1000 - self._began_at, float(line["age_ms"])


def footprint(pid: int) -> Footprint:
    """PSS and RSS in MB, threads, descriptors. OSError where it is gone."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kb = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.endswith(" kB")}
    threads, descriptors = (sum(1 for _ in Path(f"/proc/{pid}/{kind}").iterdir()) for kind in ("task", "fd"))
    return kb["Pss"] / 1024, kb["Rss"] / 1024, threads, descriptors


def _pusher(bench: Rig, name: str, source: str, door: str, hls: bool) -> Program:
    settings = {"HLS_DIR": str(bench.folder / f"{name}.hls")} if hls else {}
    return bench.pusher(name, source, door, **settings)


def _heard(program: Program) -> list[Line]:
    lines = list(waiting(program))
    del program.output[:-50]  # hours of frames are not kept
    return lines
