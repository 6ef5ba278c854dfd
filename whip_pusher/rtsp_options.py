"""One RTSP OPTIONS (RFC 2326 §10.1), which cameras answer without a password: who is there?"""

from __future__ import annotations

import re
import socket
import ssl
import time
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

MOST_ANSWER = 8192
LONGEST_NAME = 100
PORTS = {"rtsp": 554, "rtsps": 322}


class Greeting(NamedTuple):
    """`answered`: something there speaks RTSP; `server`: its Server header, None where it has none."""

    answered: bool
    server: str | None


def greet(location: str, *, timeout: float, verify: bool = True) -> Greeting:
    """Ask the server of an RTSP URL without credentials; takes `timeout` seconds at most, raises nothing. `verify`: of
    `rtsps://`, whether a certificate that this machine does not trust counts as no answer."""
    parts = urlsplit(location)
    bare = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    try:
        answer = _asked(parts.hostname or "", parts.port or PORTS[parts.scheme], bare, timeout, verify)
    except (OSError, ValueError, KeyError):
        return Greeting(False, None)
    return read(answer)


def read(answer: str) -> Greeting:
    named = re.search(r"^server:[ \t]*(.*)$", answer, re.MULTILINE | re.IGNORECASE)
    server = "".join(c for c in named[1] if c.isprintable()).strip()[:LONGEST_NAME] if named else ""
    return Greeting(answer.startswith("RTSP/"), server or None)


def _asked(host: str, port: int, url: str, timeout: float, verify: bool) -> str:
    until, answer = time.monotonic() + timeout, b""
    stream = socket.create_connection((host, port), timeout=timeout)
    with _secured(stream, host, verify) if url.startswith("rtsps:") else stream as stream:
        stream.sendall(f"OPTIONS {url} RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
        while b"\r\n\r\n" not in answer and len(answer) < MOST_ANSWER:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            stream.settimeout(left)
            came = stream.recv(MOST_ANSWER)
            if not came:
                break
            answer += came
    return answer.decode("utf-8", "replace").partition("\r\n\r\n")[0]


def _secured(stream: socket.socket, host: str, verify: bool) -> socket.socket:
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        return context.wrap_socket(stream, server_hostname=host)
    except OSError:
        stream.close()
        raise
