"""How soon the picture is back, after the camera or the SFU is: frames decoded at a WebRTC peer, by the same pusher.

The camera's program, or Janus, is killed and started again so many seconds later; all absences run side by side.
Counted from when it takes connections again to the first frame made after that. A viewer of a Janus that was killed
joins the new room as soon as the pusher has published into it, as one does that waits for it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.figures import Row, medians
from bench.pusher.rig import DEMO_CAMERAS, Cameras, Rig, epoch, rig, waiting
from bench.pusher.rooms import Rooms
from whip_pusher.tests.programs import Program

CAMERA = "cam-006-demo"
ABSENCES = (2, 10, 20)  # seconds
LIMIT_S = 3.0
SAID = ("source_lost", "source_back", "session_lost", "whip_connected", "exit")
LATE_SECONDS = 30.0  # after the return: not back
PLAYING_SECONDS = 30.0


@dataclass(frozen=True)
class Scene:
    """A pusher whose picture a receiver shows, with the camera and the Janus that it has."""

    name: str
    cameras: Cameras
    rooms: Rooms
    receiver: Program
    receiver_url: str
    pusher: Program

    def watch(self) -> None:
        self.rooms.watch(self.name, self.receiver_url)

    def frame_after(self, returned: float) -> float:
        """Seconds until the first frame that was made after that; `LATE_SECONDS`: there was none."""
        until = returned + LATE_SECONDS
        try:
            while True:
                frame = self.receiver.wait_for("frame", max(0.1, until - time.time()))
                if frame.get("made_ms", 0) > 1000 * returned:
                    return float(frame["at_ms"]) / 1000 - returned
        except AssertionError:  # what `wait_for` raises
            return LATE_SECONDS

    def said(self, returned: float) -> dict[str, float]:
        """Milliseconds after the return of what the pusher said then; each event's first."""
        lines = [line for line in waiting(self.pusher) if epoch(line) > returned and line["event"] in SAID]
        return {line["event"]: 1000 * (epoch(line) - returned) for line in reversed(lines)}


Return = tuple[float, dict[str, float]]  # seconds to the picture, and what the pusher said meanwhile


def back(*, repeat: int) -> Iterator[Row]:
    found: dict[tuple[str, int], list[Return]] = {}
    ended: list[str] = []
    for _ in range(repeat):
        with rig() as bench, ThreadPoolExecutor(2 * len(ABSENCES)) as threads:
            scenes = _scenes(bench)
            away = {key: threads.submit(ACTS[key[0]], scenes[key], key[1]) for key in scenes}
            for key, future in away.items():
                found.setdefault(key, []).append(future.result())
            ended += [scene.name for scene in scenes.values() if scene.pusher.process.poll() is not None]
    for (who, seconds), returns in found.items():
        values = [value for value, _ in returns]
        late = sum(value >= LATE_SECONDS for value in values)
        gave_up = ended.count(f"{who}-{seconds}")
        notes = [f"{late} times not within {LATE_SECONDS:g} s"] * bool(late) + [f"{gave_up} ended"] * bool(gave_up)
        yield Row(
            name=f"picture back, {who} away for {seconds} s",
            values=values,
            unit="s",
            limit=LIMIT_S,
            limit_p95=LIMIT_S,
            note=", ".join(notes),
            parts=medians([said for _, said in returns], SAID),
        )


def _scenes(bench: Rig) -> dict[tuple[str, int], Scene]:
    """One after another, so that their starts do not disturb each other; none shares what will be killed."""
    cameras, rooms = _cameras(bench), bench.rooms("janus-shared")
    found = {}
    for seconds in ABSENCES:
        found["camera", seconds] = _scene(bench, f"camera-{seconds}", _cameras(bench), rooms)
        found["SFU", seconds] = _scene(bench, f"SFU-{seconds}", cameras, bench.rooms(f"janus-{seconds}"))
    return found


def _cameras(bench: Rig) -> Cameras:
    return bench.cameras(*DEMO_CAMERAS, "--extra", "1")


def _scene(bench: Rig, name: str, cameras: Cameras, rooms: Rooms) -> Scene:
    receiver, url = bench.receiver()
    pusher = bench.pusher(name, cameras.url(CAMERA), rooms.door.url(name))
    pusher.wait_for("playing", PLAYING_SECONDS)
    found = Scene(name, cameras, rooms, receiver, url, pusher)
    found.watch()
    receiver.wait_for("frame", PLAYING_SECONDS)
    return found


def _camera_away(scene: Scene, seconds: int) -> Return:
    scene.cameras.stop()
    # The demo's cameras need about half a second to take connections; they are away for that, too.
    time.sleep(seconds)
    scene.cameras.start()
    returned = time.time()
    return scene.frame_after(returned), scene.said(returned)


def _sfu_away(scene: Scene, seconds: int) -> Return:
    scene.rooms.janus.stop()
    scene.rooms.published.clear()
    time.sleep(seconds)
    scene.rooms.janus.start()
    returned = time.time()
    while scene.name not in scene.rooms.published:
        if time.time() - returned > LATE_SECONDS or scene.pusher.process.poll() is not None:
            return LATE_SECONDS, scene.said(returned)
        time.sleep(0.02)
    scene.watch()
    return scene.frame_after(returned), scene.said(returned)


ACTS = {"camera": _camera_away, "SFU": _sfu_away}
