"""What runs in a local stack, and with which command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.janus.render import Options, render
from deploy.local import front, media_servers, postgres, redis_server
from deploy.local.choice import Choice
from deploy.local.layout import REPO, Layout
from deploy.local.ports import Ports
from deploy.local.secret_files import read_secret, secret_path
from deploy.local.supervisord_conf import Program

SERVICES = ("postgres", "redis", "janus")
WEB = ("web", "web-2")


def services(layout: Layout, ports: Ports, wanted: tuple[str, ...]) -> list[Program]:
    """The servers; those of SERVICES that are not wanted wait until somebody starts them by supervisord's socket."""
    return [*_always(layout, ports, wanted), *_media(layout, ports, wanted)]


def _media(layout: Layout, ports: Ports, wanted: tuple[str, ...]) -> Iterator[Program]:
    """Those that a machine need not have, so only where they are wanted."""
    if "livekit" in wanted:
        yield media_servers.livekit(layout, ports)
    if "ingress" in wanted:
        yield media_servers.ingress(layout, ports)
    if "mediamtx" in wanted:
        yield media_servers.mediamtx(layout, ports)
    if "front" in wanted:
        yield front.front(layout, ports, host=web_host())


def _always(layout: Layout, ports: Ports, wanted: tuple[str, ...]) -> list[Program]:
    return [
        Program(
            name="postgres",
            command=postgres.command(layout, ports.postgres),
            user=postgres.owner(),
            priority=10,
            # Fast shutdown: its SIGTERM waits for every client to leave.
            stop_signal="INT",
            stop_seconds=15,
            autostart="postgres" in wanted,
        ),
        Program(name="redis", command=redis_server.command(layout), priority=10, autostart="redis" in wanted),
        Program(name="janus", command=_janus(layout, ports), priority=20, stop_seconds=5, autostart="janus" in wanted),
    ]


def _janus(layout: Layout, ports: Ports) -> list[str]:
    return render(
        layout.janus,
        Options(
            http_port=ports.janus,
            admin_port=ports.janus_admin,
            api_secret=read_secret(layout, "JANUS_API_SECRET"),
            admin_secret=read_secret(layout, "JANUS_ADMIN_SECRET"),
        ),
    )


def apps(
    layout: Layout, ports: Ports, plane: Choice, environment: Mapping[str, str], *, extra_cameras: int = 0
) -> list[Program]:
    """Our own programs: they need a migrated database."""
    found = {
        # Two, so that a reserve does not wait behind another's Python, and a killed one is no outage.
        **dict.fromkeys(WEB, _web(ports, plane)),
        # A queue of its own, so that slow media work never delays a tick.
        "worker-tick": _worker("tick", threads=4),
        "worker-media": _worker("media", threads=48),
        # Cameras that do not answer hold these threads, and never a start or a stop.
        "worker-aux": _worker("aux", threads=4),
        "beat": _celery("beat", "-l", "WARNING", "-s", str(layout.run / "beat-schedule"), "--pidfile="),
    }
    own = [Program(name=name, command=found[name], priority=100, environment=environment) for name in found]
    return [*own, Program(name="cameras", command=_cameras(layout, ports, extra_cameras), priority=90)]


def _web(ports: Ports, plane: Choice) -> list[str]:
    """Behind the front, where there is one."""
    host, port = (media_servers.LOOPBACK, ports.site) if "front" in plane.servers else (web_host(), ports.web)
    return [sys.executable, "-m", "deploy.local.web", host, str(port)]


def web_host() -> str:
    return os.environ.get("DEMO_HOST") or "127.0.0.1"


def _worker(queue: str, *, threads: int) -> list[str]:
    """Workers that know nothing of each other: the rows are what they share, so gossip only breaks with Redis."""
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    pool = ["--pool", "threads", "--concurrency", str(threads)]
    return _celery("worker", "-l", "INFO", "-Q", queue, *pool, "-n", f"{queue}@%h", *alone)


def _celery(*args: str) -> list[str]:
    return [_venv("celery"), "-A", "cctv", *args]


def _venv(program: str) -> str:
    return str(Path(sys.executable).parent / program)


def _cameras(layout: Layout, ports: Ports, extra: int) -> list[str]:
    password = str(secret_path(layout, "DEMO_CAMERA_PASSWORD"))
    flags = ["--port", str(ports.cameras), "--extra", str(extra), "--password-file", password]
    # Debian's Python has GStreamer's bindings; the virtual environment does not.
    return ["/usr/bin/python3", str(REPO / "deploy" / "demo" / "cameras.py"), *flags]
