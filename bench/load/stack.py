"""The load's own stack: PostgreSQL, Redis and our programs as the demo runs them, and the fake in place of media."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bench import usage
from deploy.local import programs, readiness, stack, supervisord_conf
from deploy.local.choice import Choice
from deploy.local.environment import for_programs
from deploy.local.layout import REPO, Layout
from deploy.local.ports import from_environment
from deploy.local.processes import descendants
from deploy.local.secret_files import read_secret
from deploy.local.stack import Stack
from deploy.local.supervisord_conf import Program

DATA = REPO / ".data" / "load"
SERVICES = ("postgres", "redis")
# `cameras` is the fake's RTSP port.
OURS = ("web", "livekit", "mediamtx", "cameras")
WEB, WORKERS = ("web", "web-2"), ("worker-tick", "worker-media", "worker-aux")
MEDIA = "media"


class Faked(Choice):
    """The product's plane with forwards, whose servers are all one program of ours."""

    @property
    def servers(self) -> tuple[str, ...]:
        return ()


PLANE = Faked(sfu="livekit", gateway="mediamtx", runner="forward", ingest="whip", instance="cctv-load")


@dataclass(frozen=True)
class Loaded:
    stack: Stack
    site: dict[str, Any]  # what bench.load.seed printed
    env: dict[str, str]

    @property
    def dsn(self) -> str:
        secret = read_secret(self.stack.layout, "DATABASE_PASSWORD")
        return f"postgresql://cctv:{secret}@127.0.0.1:{self.stack.ports.postgres}/cctv"

    @cached_property
    def pids(self) -> dict[str, int]:
        """Of each program; supervisord would give one that died a new one, which then is missed loudly."""
        return {str(row["name"]): int(row["pid"]) for row in self.stack.rpc().call("getAllProcessInfo") if row["pid"]}

    def cpu(self) -> dict[str, float]:
        """Seconds of processor time so far, by program, its children's too."""
        found = {}
        for name, pid in self.pids.items():
            found[name] = usage.cpu_seconds(pid) + sum(_cpu_of_child(child.pid) for child in descendants(pid))
        return found

    def breaches(self, seconds: float) -> list[str]:
        """Of the product's own invariants, those that lasted so long."""
        return run(self.env, "-m", "bench.load.lasting", str(seconds)).splitlines()


def _cpu_of_child(pid: int) -> float:
    try:
        return usage.cpu_seconds(pid)
    except OSError:  # one of PostgreSQL's that ended meanwhile
        return 0.0


@contextmanager
def running(ports_base: int, *, cameras: int, nice: int = 0) -> Iterator[Loaded]:
    """From an empty database; the end is certain, whatever happens inside, and even where we are killed (follow)."""
    here = Stack(Layout.at(DATA), from_environment(base=ports_base), PLANE)
    stack.remove(here.layout)
    try:
        stack.start_services(here, SERVICES, also=OURS, follow=True)
        env = for_programs(here.layout, here.ports, plane=PLANE)
        run(env, "manage.py", "migrate", "--no-input", "-v", "0")
        site = json.loads(run(env, "-m", "bench.load.seed", str(cameras), str(here.ports.cameras)))
        _start(here, env)
        loaded = Loaded(here, site, env)
        if nice:
            # All our programs are one session, which the scheduler gives one session's share (sched(7), autogroup).
            Path(f"/proc/{loaded.pids['postgres']}/autogroup").write_text(str(nice))
        yield loaded
    finally:
        stack.stop(here.layout)


def _start(here: Stack, env: dict[str, str]) -> None:
    at = here.ports
    apps = [app for app in programs.apps(here.layout, at, PLANE, env) if app.name != "cameras"]
    fake = [sys.executable, "-m", "bench.load.media", *map(str, (at.livekit, at.mediamtx, at.cameras, at.web))]
    apps.insert(0, Program(name=MEDIA, command=fake, priority=50, environment=env))
    supervisord_conf.write_apps(here.layout, apps)
    rpc = here.rpc()
    rpc.call("reloadConfig")
    for app in apps:
        rpc.call("addProcessGroup", app.name)
    log = here.layout.log_file
    readiness.wait("The fake media servers", lambda: readiness.listens(at.cameras), log=log(MEDIA))
    readiness.wait("The web server", lambda: readiness.web_ready(at.web), log=log("web"), seconds=60)


def run(env: dict[str, str], *words: str) -> str:
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=REPO, env={**os.environ, **env}, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)} failed:\n{done.stderr[-2000:]}")
    return done.stdout
