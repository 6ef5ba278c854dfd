"""`python3 -m whip_pusher --health`: is the pusher of this environment healthy? For HEALTHCHECK, so it loads little."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping

SECONDS = 1.5  # of the two that a check may take
MOST_ANSWER = 65_536
IDENTITY = ("camera_id", "generation")
EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 asks, does not bind


def check(environment: Mapping[str, str]) -> int:
    """0: healthy, or nobody can tell; 1: it is not. The word on stdout says which: the state
    and what is wrong, `off` (no HTTP_PORT),
    `not_ours` (the port is another pusher's), `no_answer`."""
    word, healthy = _told(environment)
    print(word)
    return 0 if healthy else 1


def _told(environment: Mapping[str, str]) -> tuple[str, bool]:
    port = environment.get("HTTP_PORT", "").strip()
    if port in {"", "0"}:
        return "off", True
    host = environment.get("HTTP_HOST", "").strip()
    try:
        head, _, body = _ask(EVERYWHERE.get(host, host), int(port)).partition(b"\r\n\r\n")
        told = json.loads(body)
        status = int(head.split(b" ", 2)[1])
        ours = [(environment.get(field.upper(), ""), str(told.get(field) or "")) for field in IDENTITY]
    except (OSError, ValueError, IndexError, AttributeError):
        return "no_answer", False
    if any(wanted != found for wanted, found in ours):
        return "not_ours", True
    return " ".join(filter(None, (str(told.get("state")), told.get("reason")))), status == 200


def _ask(host: str, port: int) -> bytes:
    """The whole answer of /healthz; raises OSError, also where it takes too long."""
    until, answer = time.monotonic() + SECONDS, b""
    with socket.create_connection((host, port), timeout=SECONDS) as connection:
        connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        while len(answer) < MOST_ANSWER:
            connection.settimeout(max(0.01, until - time.monotonic()))
            came = connection.recv(4096)
            if not came:
                break
            answer += came
            if time.monotonic() > until:
                raise TimeoutError
    return answer
