"""Waiting until a server answers, each with a deadline and an error that names the log to read."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable
from pathlib import Path

from deploy.local.errors import StackError

SERVICE_SECONDS = 30.0
WEB_SECONDS = 60.0


def wait(what: str, answers: Callable[[], bool], *, log: Path, seconds: float | None = None) -> None:
    """`seconds` defaults to SERVICE_SECONDS."""
    seconds = SERVICE_SECONDS if seconds is None else seconds
    deadline = time.monotonic() + seconds
    while not answers():
        if time.monotonic() > deadline:
            raise StackError(f"{what} does not answer after {seconds:.0f} s; see {log}{_tail(log)}")
        time.sleep(0.05)


def _tail(log: Path) -> str:
    try:
        return ", which ends:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-8:])
    except OSError:
        return ""


def http_status(port: int, path: str, *, host: str = "127.0.0.1") -> int | None:
    connection = http.client.HTTPConnection(host, port, timeout=3)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def web_ready(port: int) -> bool:
    """/readyz, or /healthz where there is no /readyz."""
    status = http_status(port, "/readyz")
    return status == 200 or (status == 404 and http_status(port, "/healthz") == 200)


def rtsp_ready(port: int) -> bool:
    """Whether an RTSP server answers OPTIONS (RFC 2326 §10.1)."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(f"OPTIONS rtsp://127.0.0.1:{port}/ RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
            return connection.recv(64).startswith(b"RTSP/1.0 200")
    except OSError:
        return False
