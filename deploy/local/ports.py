"""Which ports a local stack listens on, all on loopback but for the web port where DEMO_HOST says otherwise."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from deploy.local.errors import StackError
from deploy.local.layout import Layout

DEFAULT_BASE = 15000


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Field `redis` is set by DEMO_REDIS_PORT, and so on; `web` by DEMO_PORT."""

    web: int = 8000
    postgres: int = 15432
    redis: int = 16379
    janus: int = 18088
    janus_admin: int = 18089
    cameras: int = 18554
    # The product's plane only. Behind the front (HAProxy), which then has the web port:
    site: int = 18000
    livekit: int = 17880
    livekit_tcp: int = 17881
    livekit_udp: int = 17882
    ingress: int = 18080
    ingress_health: int = 18081
    ingress_relay: int = 18082
    ingress_udp: int = 17885
    mediamtx: int = 19997
    mediamtx_rtsp: int = 18555
    mediamtx_hls: int = 18888


# Which of them a service listens on, where it is not just the one of its own name.
OF_SERVICE = {
    "janus": ("janus", "janus_admin"),
    "livekit": ("livekit", "livekit_tcp", "livekit_udp"),
    "ingress": ("ingress", "ingress_health", "ingress_relay", "ingress_udp"),
    "mediamtx": ("mediamtx", "mediamtx_rtsp", "mediamtx_hls"),
    "front": ("web", "site"),
}


def setting(name: str) -> str:
    return "DEMO_PORT" if name == "web" else f"DEMO_{name.upper()}_PORT"


def from_environment(env: Mapping[str, str] = os.environ, *, base: int | None = None) -> Ports:
    """Ports by their settings, else counted from `base` (DEMO_PORTS_BASE), else the defaults."""
    if base is None and env.get("DEMO_PORTS_BASE"):
        base = _number("DEMO_PORTS_BASE", env["DEMO_PORTS_BASE"])
    start = asdict(Ports()) if base is None else {f.name: base + i for i, f in enumerate(fields(Ports))}
    return Ports(**{name: _number(setting(name), env.get(setting(name)) or str(port)) for name, port in start.items()})


def _number(name: str, raw: str) -> int:
    if not raw.isdigit() or not 1 <= int(raw) <= 65000:
        raise StackError(f"{name}={raw} is not a port (1 to 65000).")
    return int(raw)


def free_ports() -> Ports:
    """Ports nobody listens on now. All are held until all are found, so that no two are the same."""
    held = [_hold(f.name, "127.0.0.1", 0) for f in fields(Ports)]
    found = {f.name: sock.getsockname()[1] for f, sock in zip(fields(Ports), held, strict=True)}
    for sock in held:
        sock.close()
    return Ports(**found)


def refuse_taken(ports: Ports, names: list[str], *, host: str = "127.0.0.1") -> None:
    """Raises StackError that names each taken port and its setting."""
    taken = [name for name in names if not _free(name, host if name == "web" else "127.0.0.1", getattr(ports, name))]
    if taken:
        lines = [f"port {getattr(ports, name)} is taken by another program; set {setting(name)}" for name in taken]
        raise StackError("Nothing was started: " + "; ".join(lines) + ".")


def _free(name: str, host: str, port: int) -> bool:
    try:
        _hold(name, host, port).close()
    except OSError:
        return False
    return True


def _hold(name: str, host: str, port: int) -> socket.socket:
    """Like a server would: a TCP port whose last connections are still in TIME_WAIT is free."""
    if not name.endswith("_udp"):
        return socket.create_server((host, port))
    held = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        held.bind((host, port))
    except OSError:
        held.close()
        raise
    return held


def saved(layout: Layout) -> Ports | None:
    """The ports this stack last used."""
    try:
        return Ports(**json.loads((layout.run / "ports.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def save(layout: Layout, ports: Ports) -> None:
    (layout.run / "ports.json").write_text(json.dumps(asdict(ports)) + "\n")
