"""What a measurement of the pusher alone needs around it; everything that was started ends with the `with`.

Our programs get SIGTERM from the kernel should this process be killed, too.
"""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from bench.pusher.rooms import KEY, Rooms
from whip_pusher.tests.janus_sfu import free_port
from whip_pusher.tests.programs import Line, Program

WITH_US = ("setpriv", "--pdeathsig", "TERM", "--")
READY_SECONDS = 60.0  # a loaded machine, and clips that are encoded first
DEMO_CAMERAS = ("deploy/demo/cameras.py",)
ODD_CAMERAS = ("-m", "whip_pusher.tests.odd_cameras")


def own_address() -> str:
    """The machine's, where Janus meets its peers: it never offers loopback. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("203.0.113.1", 9))
        return str(probe.getsockname()[0])
    return "127.0.0.1"


OWN_ADDRESS = own_address()


class Cameras:
    """A program of cameras: `kill` and `start` again at the same address."""

    def __init__(self, *words: str) -> None:
        self.port = free_port()
        self._words = (*words, "--port", str(self.port))
        self.start()

    def start(self) -> None:
        self.program = Program(*self._words, prefix=WITH_US)
        self.program.wait_for("ready", READY_SECONDS)

    def url(self, mount: str) -> str:
        return f"rtsp://127.0.0.1:{self.port}/{mount}"

    def stop(self) -> None:
        self.program.stop()


class Rig:
    """Pushers, cameras, servers and receivers, all of them ours."""

    def __init__(self, folder: Path, ends: ExitStack) -> None:
        self.folder, self._ends = folder, ends

    def cameras(self, *words: str) -> Cameras:
        found = Cameras(*words)
        self._ends.callback(found.stop)
        return found

    def rooms(self, name: str = "janus") -> Rooms:
        found = Rooms(self.folder / name)
        self._ends.callback(found.close)
        return found

    def receiver(self) -> tuple[Program, str]:
        """A WebRTC peer that decodes and reads the clocks, without the wait of a jitter buffer; and its URL."""
        program = Program("-m", "whip_pusher.tests.receiver", KEY, "0", OWN_ADDRESS, prefix=WITH_US)
        self._ends.callback(program.stop)
        return program, str(program.wait_for("ready", READY_SECONDS)["url"])

    def pusher(self, name: str, source: str, whip_url: str, **settings: str) -> Program:
        """As a runner starts it: its secrets in private files, its layers in a control file."""
        program = Program("-m", "whip_pusher", env=self._environment(name, source, whip_url, settings), prefix=WITH_US)
        self._ends.callback(end, program)
        return program

    def plain(self, source: str, whip_url: str) -> Program:
        """The reference's: elements and nothing else."""
        program = Program("-m", "bench.pusher.plain", source, whip_url, KEY, prefix=WITH_US)
        self._ends.callback(end, program)
        return program

    def _environment(self, name: str, source: str, whip_url: str, settings: dict[str, str]) -> dict[str, str]:
        folder = self.folder / f"{name}.secrets"
        folder.mkdir(mode=0o700, exist_ok=True)
        hidden = {"RTSP_URL": source, "STREAM_KEY": KEY}
        if sub := settings.pop("SUB_RTSP_URL", ""):
            hidden["SUB_RTSP_URL"] = sub
        for key, value in hidden.items():
            (folder / key.lower()).write_text(value)
        files = {f"{key}_FILE": str(folder / key.lower()) for key in hidden}
        layers = settings.get("LAYERS", "high")
        control = folder / "control"
        control.write_text(json.dumps({"layers": layers.split(",")}))
        named = {"CAMERA_ID": name, "GENERATION": "1", "CONTROL_FILE": str(control), "MEMORY_LIMIT_MB": "512"}
        named["ICE_ADDRESSES"] = OWN_ADDRESS  # bridges of containers come and go
        return {**named, "WHIP_ENDPOINT": whip_url, "LAYERS": layers, **files, **settings}


def end(program: Program) -> None:
    """SIGTERM first, so that the SFU is told."""
    if program.process.poll() is None:
        program.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            program.process.wait(3)
    program.stop()


def waiting(program: Program) -> Iterator[Line]:
    """The lines that a program has said since the last look, without waiting."""
    while not program.lines.empty():
        line = program.lines.get_nowait()
        if line is not None:
            yield line


def epoch(line: Line) -> float:
    """When a pusher's line was written, in seconds since 1970."""
    return datetime.fromisoformat(line["ts"]).timestamp()


@contextmanager
def rig() -> Iterator[Rig]:
    with tempfile.TemporaryDirectory(prefix="pusher-bench-") as folder, ExitStack() as ends:
        Path(folder).chmod(0o700)
        yield Rig(Path(folder), ends)
