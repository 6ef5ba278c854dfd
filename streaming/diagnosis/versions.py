"""Which versions of what: ours, Python's, each pinned package's, and of the servers that say theirs."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import metadata
from typing import Any

import django
import redis
from django.conf import settings
from django.db import connection

from streaming.media.bounded_http import BoundedHttp

SECONDS = 2.0
LARGEST = 100_000  # bytes of a server's answer


def versions() -> dict[str, Any]:
    """Each by itself: a server that is away is named with its error."""
    return {
        "ours": {"version": settings.SPECTACULAR_SETTINGS["VERSION"], "commit": _commit()},
        "python": sys.version,
        "django": django.get_version(),
        "system": platform.platform(),
        "packages": _packages(),
        "postgresql": _said(_postgresql),
        "redis": _said(_redis),
        "sfu": {"kind": settings.SFU, "says": _said(_janus) if settings.SFU == "janus" else "nothing of its version"},
        "gateway": {
            "kind": settings.GATEWAY,
            "says": _said(_mediamtx) if settings.GATEWAY == "mediamtx" else "our own",
        },
        "runner": settings.PUSHER_RUNNER,
    }


def _said(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except Exception as error:  # noqa: BLE001 - one that is away keeps no other from saying
        return f"not known: {type(error).__name__}"


def _commit() -> str | None:
    """Of the checkout; None in an image, which has none."""
    command = ["git", "-C", str(settings.BASE_DIR), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _packages() -> dict[str, str]:
    """Those of requirements.txt, as they are installed."""
    try:
        lines = (settings.BASE_DIR / "requirements.txt").read_text().splitlines()
    except OSError:
        return {each.name: each.version for each in metadata.distributions()}
    names = [match[0] for line in lines if (match := re.match(r"[A-Za-z][\w.-]*", line))]
    return {name: _installed(name) for name in names}


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"


def _postgresql() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        return str(cursor.fetchone()[0])


def _redis() -> str:
    client = redis.Redis.from_url(settings.BROKER_URL, socket_connect_timeout=1, socket_timeout=SECONDS)
    try:
        info = client.info("server")
    finally:
        client.close()
    return " ".join(str(info[name]) for name in ("server_name", "redis_version", "valkey_version") if info.get(name))


def _janus() -> str:
    return str(_json(settings.JANUS_URL, "/info").get("version_string", "?"))


def _mediamtx() -> str:
    return str(_json(settings.MEDIAMTX_API_URL, "/v3/info").get("version", "?"))


def _json(url: str, path: str) -> dict[str, Any]:
    with BoundedHttp(url, away="unreachable", deadline=time.monotonic() + SECONDS, largest=LARGEST) as http:
        status, answer = http.exchange_json("GET", path, None)
    if status != 200:
        raise OSError(f"HTTP {status}")
    return answer
