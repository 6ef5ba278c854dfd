"""Redis of the local stack: on loopback, nothing on disk, because it may be lost at any time."""

from __future__ import annotations

import redis

from deploy.local.layout import Layout


def initialise(layout: Layout, port: int) -> None:
    lines = ["bind 127.0.0.1", f"port {port}", "daemonize no", "appendonly no", f"dir {layout.redis}", 'save ""']
    (layout.redis / "redis.conf").write_text("\n".join(lines) + "\n")


def command(layout: Layout) -> list[str]:
    return ["/usr/bin/redis-server", str(layout.redis / "redis.conf")]


def ready(port: int) -> bool:
    try:
        with redis.Redis(port=port, socket_timeout=2, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
