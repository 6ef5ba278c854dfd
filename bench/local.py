"""The bench's own stack: its own data, its own ports, ended with us; and what only somebody on this machine can see."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import docker

from bench import usage
from bench.api import Api, until
from deploy.local import choice
from deploy.local.layout import REPO, Layout
from deploy.local.planes import Plane
from deploy.local.ports import Ports, saved
from deploy.local.processes import descendants
from deploy.local.stack import Stack

DATA = REPO / ".data" / "bench"
PUSHER_PYTHON = DATA / "pusher-python"
NO_HLS = DATA / "no-hls"
SETTINGS = {
    # A viewer that left is forgotten sooner, so that a cold start can be repeated sooner; a start is not affected.
    "DRAIN_SECONDS": "0.5",
    "PUSHER_PYTHON": str(PUSHER_PYTHON),
}
# The embedded plane always has HLS; this is how a pusher that would be without it can be measured in it.
SCRIPT = f"""#!/bin/sh
if [ -e {NO_HLS} ]; then unset HLS_DIR; fi
exec /usr/bin/python3 "$@"
"""
CLEAR_SECONDS = 40.0
# Containers of another stack on the same engine are none of ours.
SUFFIX = "-bench"


@dataclass(frozen=True)
class Local:
    stack: Stack
    access: dict[str, str]

    @property
    def transcodes(self) -> bool:
        """MediaMTX passes on what it gets."""
        return self.stack.plane.runner != "forward"

    def connect(self) -> Api:
        return Api(self.access["url"], self.access["api_key"])

    def pids(self) -> dict[str, int]:
        """Running programs, pushers too, by their name."""
        rows = self.stack.rpc().call("getAllProcessInfo")
        return {str(row["name"]): int(row["pid"]) for row in rows if row["pid"]}

    def pusher(self, camera_id: str) -> list[int]:
        """The processes of its pusher, in a container or not; none where MediaMTX forwards."""
        plane, name = self.stack.plane, f"whip-pusher-{camera_id}{SUFFIX}"
        if plane.runner == "docker":
            with closing(docker.DockerClient(plane.docker_host)) as client:
                first = int(client.containers.get(name).attrs["State"]["Pid"])
        elif plane.runner == "supervisor":
            first = self.pids()[name]
        else:
            return []
        return [first, *(child.pid for child in descendants(first))]

    def server(self, name: str) -> list[int]:
        first = self.pids()[name]
        return [first, *(child.pid for child in descendants(first))]

    @contextmanager
    def counting_cpu(self, *programs: str) -> Iterator[dict[str, float]]:
        """Seconds of processor time that each program and its children spent inside; filled in at the end."""
        spent: dict[str, float] = {}
        before = {program: self._cpu_seconds(program) for program in programs}
        yield spent
        spent |= {program: self._cpu_seconds(program) - before[program] for program in programs}

    def _cpu_seconds(self, program: str) -> float:
        pid = self.pids()[program]
        return usage.cpu_seconds(pid) + sum(usage.cpu_seconds(child.pid) for child in descendants(pid))

    def pusher_log(self, camera_id: str) -> list[dict[str, Any]]:
        """What the pushers of that camera wrote so far; each line has `ts` and `event`."""
        lines: list[dict[str, Any]] = []
        folders = (self.stack.layout.log / "pushers", self.stack.layout.pushers)
        for file in [file for folder in folders for file in folder.glob(f"*{camera_id}{SUFFIX}.log")]:
            lines += [json.loads(line) for line in file.read_text().splitlines() if line.startswith("{")]
        return lines

    def source(self, camera_id: str) -> str:
        return f"rtsp://127.0.0.1:{self.stack.ports.cameras}/{camera_id}"

    def wait_all_gone(self) -> None:
        """No viewer, every stream verified gone, no pusher program left."""
        api = self.connect()
        until(lambda: api.viewers() == 0, "the numbers are at 0", CLEAR_SECONDS)
        until(lambda: not api.open_streams(), "all streams are stopped", CLEAR_SECONDS)
        until(lambda: not [name for name in self.pids() if name.startswith("whip-pusher")], "all pushers are gone")
        api.close()

    @contextmanager
    def without_hls(self) -> Iterator[None]:
        """Pushers that start inside write no HLS."""
        NO_HLS.touch()
        try:
            yield
        finally:
            NO_HLS.unlink()


@contextmanager
def running(ports_base: int, plane: Plane) -> Iterator[Local]:
    """From an empty database, so that no earlier run is in the figures; the end is certain, whatever happens inside."""
    _command("clean")
    _write_script()
    try:
        words = _command("up", "--ports-base", str(ports_base), plane=plane)
        found = Layout.at(DATA)
        here = Stack(found, saved(found) or Ports(), choice.saved(found) or plane.choice)
        yield Local(here, json.loads(words.splitlines()[-1]))
    finally:
        _command("down")


def _write_script() -> None:
    DATA.mkdir(parents=True, exist_ok=True)
    NO_HLS.unlink(missing_ok=True)
    PUSHER_PYTHON.write_text(SCRIPT)
    PUSHER_PYTHON.chmod(0o755)


def _command(*words: str, plane: Plane | None = None) -> str:
    chosen = {**plane.choice.variables(), "INSTANCE_ID": "cctv-bench", "NAME_SUFFIX": SUFFIX} if plane else {}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local", words[0], "--data", str(DATA), *words[1:]],
        cwd=REPO,
        env={**os.environ, **SETTINGS, **chosen},
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
    )
    if done.returncode != 0:
        raise RuntimeError(f"deploy.local {words[0]} ended with code {done.returncode}")
    return done.stdout
