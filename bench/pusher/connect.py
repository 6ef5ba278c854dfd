"""How soon a pusher's session stands: from Janus' answer to `whip_connected`, and from its start to the first media."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.cameras import H264_720
from bench.figures import Row, medians
from bench.pusher.rig import DEMO_CAMERAS, end, epoch, rig
from whip_pusher.tests.programs import Line, Program

LIMIT_MS = 150
STEPS = ("source", "first_packet", "whip_connected", "playing")
PLAYING_SECONDS = 20.0


def connect(*, repeat: int) -> Iterator[Row]:
    with rig() as bench:
        cameras, rooms = bench.cameras(*DEMO_CAMERAS), bench.rooms()
        # A real camera encodes whether somebody looks or not.
        awake = bench.pusher("awake", cameras.url(H264_720), rooms.door.url("awake"))
        awake.wait_for("playing", PLAYING_SECONDS)
        starts = []
        for number in range(repeat):
            time.sleep(1 + number * 0.618 % 1)
            program = bench.pusher(f"start-{number}", cameras.url(H264_720), rooms.door.url(f"start-{number}"))
            lines = _until_playing(program)
            answered = rooms.door.answered_at[f"start-{number}"]
            starts.append((lines, 1000 * (epoch(lines["whip_connected"]) - answered)))
            end(program)
    yield Row(name="answer to connected", values=[after for _, after in starts], unit="ms", limit=LIMIT_MS)
    parts = medians([{step: line["elapsed_ms"] for step, line in lines.items()} for lines, _ in starts], STEPS)
    values = [lines["playing"]["elapsed_ms"] / 1000 for lines, _ in starts]
    note = "ms after its first line; Python's start before that is 0.1 s"
    yield Row(name="start to first media in Janus, 720p25", values=values, unit="s", parts=parts, note=note)


def _until_playing(program: Program) -> dict[str, Line]:
    """The first line of each step."""
    found: dict[str, Line] = {}
    until = time.monotonic() + PLAYING_SECONDS
    while not set(STEPS) <= set(found):
        line = program.lines.get(timeout=max(0.01, until - time.monotonic()))
        if line is None:
            raise RuntimeError(f"it ended: {''.join(program.output[-3:])}")
        found.setdefault(line["event"], line)
    return found
