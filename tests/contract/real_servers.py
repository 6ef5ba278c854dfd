"""Which of the product's servers this machine has: none is in a package registry, so each may be missing.

A variable names the program (LIVEKIT_SERVER_BIN and so on); without it, PATH is searched.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess

PROGRAMS = {
    "livekit-server": "LIVEKIT_SERVER_BIN",
    "livekit-ingress": "LIVEKIT_INGRESS_BIN",
    "mediamtx": "MEDIAMTX_BIN",
}
VERSION_SECONDS = 10.0
# Below the kernel's own range (32768 and up), Janus' (20000 and up) and the demo's: a server that is down for a moment
# must find its port free again, while browsers and pushers open sockets by the dozen.
PORTS = range(10240, 15000)
given: set[int] = set()  # no port twice, because whoever asked may bind it later
TRIES = 100


def program(name: str) -> str | None:
    """The path of that server's program, or None."""
    return shutil.which(os.environ.get(PROGRAMS[name]) or name)


def met() -> str:
    """One line for a test run's header: which are here, in what version."""
    return "real servers: " + ", ".join(f"{name} {version(name)}" for name in PROGRAMS)


def version(name: str) -> str:
    path = program(name)
    if path is None:
        return "none"
    said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=VERSION_SECONDS, check=False)
    words = said.stdout.split()
    return words[-1] if words else "of unknown version"


def free_port() -> int:
    """A port of loopback that nobody has now, for TCP nor UDP."""
    for _ in range(TRIES):
        port = secrets.choice(PORTS)
        if port not in given and _free(port, socket.SOCK_STREAM) and _free(port, socket.SOCK_DGRAM):
            given.add(port)
            return port
    raise AssertionError("no port is free")


def _free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(type=kind) as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True
