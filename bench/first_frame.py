"""First frame: from the moment a loaded page puts a player in until its first frame is shown.

Cold: nothing of the stream is there (numbers at 0, room and pusher gone). The camera itself encodes already, as a real
one does, so that the pusher meets it anywhere between two keyframes: a reader of our own keeps it busy. The demo's
cameras otherwise start with a keyframe when somebody comes; that case is the row "camera asleep".
Warm: somebody else watches already.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Any

from bench.browser import Browsers, Viewer
from bench.cameras import H264_720, H264_1080, H265, LAYERED
from bench.figures import Row, medians
from bench.local import Local

COLD_S, WARM_S = 1.2, 0.5  # of the p50
STEPS = ("reserve", "live", "offer", "answer", "connected")
PUSHER = ("starting", "source", "first_packet", "whip_connected", "playing")


@contextmanager
def camera_awake(local: Local, camera_id: str) -> Iterator[None]:
    """Somebody reads the camera and throws it away."""
    source = ["-rtsp_transport", "tcp", "-i", local.source(camera_id)]
    command = ["ffmpeg", "-v", "quiet", *source, "-c", "copy", "-f", "null", "-"]
    reader = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        time.sleep(3)
        if reader.poll() is not None:
            raise RuntimeError(f"nobody can read {camera_id}")
        yield
    finally:
        reader.terminate()
        reader.wait()


def cold(local: Local, chromium: Browsers, *, repeat: int) -> Iterator[Row]:
    few = max(3, repeat // 2)
    kinds: list[tuple[str, str, int, Callable[..., Any]]] = [
        ("H.264 720p", H264_720, repeat, camera_awake),
        ("H.264 720p, camera asleep", H264_720, few, lambda *_: nullcontext()),
        ("H.264 1080p", H264_1080, few, camera_awake),
        ("H.264 720p of a camera with two layers, asleep", LAYERED, few, lambda *_: nullcontext()),
        ("H.265 360p, transcoded", H265, few, camera_awake),
    ]
    for words, camera_id, times, condition in kinds:
        if camera_id == H265 and not local.transcodes:
            continue
        with chromium.viewer() as viewer, condition(local, camera_id):
            starts = [_cold_start(local, viewer, camera_id, n) for n in range(times)]
        yield _row(f"first frame cold, {words}", starts, COLD_S)


def _cold_start(local: Local, viewer: Viewer, camera_id: str, number: int) -> dict[str, Any]:
    viewer.open(camera_id)
    local.wait_all_gone()
    # Another place between two keyframes each time: chance would need more repeats.
    time.sleep(1 + number * 0.618 % 1)
    start = viewer.play(camera_id)
    start["pusher"] = _pusher_steps(local, camera_id, start["epoch"])
    viewer.leave()
    return start


def _pusher_steps(local: Local, camera_id: str, epoch: float) -> dict[str, float]:
    """Milliseconds from the player's start to each event of its pusher."""
    found: dict[str, float] = {}
    for line in local.pusher_log(camera_id):
        after = datetime.fromisoformat(line["ts"]).timestamp() * 1000 - epoch
        if after > 0:
            found.setdefault(line["event"], after)
    return {event: found[event] for event in PUSHER if event in found}


def warm(local: Local, chromium: Browsers, *, repeat: int) -> Iterator[Row]:
    for words, camera_id in (
        ("H.264 720p", H264_720),
        ("H.264 1080p", H264_1080),
        ("H.264 720p of a camera with two layers", LAYERED),
        ("H.265 360p, transcoded", H265),
    ):
        if camera_id == H265 and not local.transcodes:
            continue
        with chromium.viewer() as first, chromium.viewer() as second:
            first.open(camera_id)
            first.play(camera_id)
            starts = [_warm_start(second, camera_id, n) for n in range(2 * repeat)]
        yield _row(f"first frame warm, {words}", starts, WARM_S)
        local.wait_all_gone()


def _warm_start(viewer: Viewer, camera_id: str, number: int) -> dict[str, Any]:
    viewer.open(camera_id)
    time.sleep(1 + number * 0.618 % 1)
    start = viewer.play(camera_id)
    viewer.leave()
    return start


def _row(name: str, starts: list[dict[str, Any]], limit: float) -> Row:
    seconds = [start["frame"] / 1000 for start in starts]
    parts = medians([start["steps"] | {"first frame": start["frame"]} for start in starts], (*STEPS, "first frame"))
    parts |= {f"pusher {key}": ms for key, ms in medians([s.get("pusher", {}) for s in starts], PUSHER).items()}
    ordered = dict(sorted(parts.items(), key=lambda part: part[1]))
    return Row(name=name, values=seconds, unit="s", limit=limit, parts=ordered)
