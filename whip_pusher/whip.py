"""WHIP (RFC 9725): one POST that publishes, one DELETE that ends it. Blocking, with timeouts; call it from a thread."""

from __future__ import annotations

import contextlib
import http.client
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from whip_pusher.exits import Exit

MOST_ANSWER_BYTES = 200_000
MOST_REDIRECTS = 3
UNAUTHORISED = frozenset({401, 403, 404, 409})
COME_BACK_LATER = frozenset({408, 425, 429})


class WhipError(Exception):
    """The endpoint refused, answered nonsense or did not answer. `exit` is the code to end with."""

    def __init__(self, exit_code: Exit, detail: str) -> None:
        super().__init__(detail)
        self.exit = exit_code


@dataclass(frozen=True)
class Published:
    """A WHIP session: the SFU's SDP answer, and the absolute URL that ends it."""

    answer: str
    location: str


class _Patience(NamedTuple):
    """Seconds: until a connection stands, and for each step after it."""

    connect: float
    step: float


@dataclass(frozen=True)
class _Response:
    url: str
    status: int
    location: str | None
    body: str


def publish(endpoint: str, key: str, offer: str, *, timeout: float, connect: float | None = None) -> Published:
    """POST a complete offer; `timeout` in seconds per network step, `connect` that of the first. Raises `WhipError`."""
    headers = {"Content-Type": "application/sdp", "Accept": "application/sdp"}
    response = _request("POST", endpoint, key, _Patience(connect or timeout, timeout), headers, offer)
    if response.status != 201:
        raise WhipError(_meaning(response.status), f"WHIP endpoint answered {response.status}")
    if not response.location:
        raise WhipError(Exit.SFU_GONE, "WHIP answer has no Location")
    location = _followed(response.url, response.location)
    if not response.body.startswith("v=0") or "\nm=video " not in response.body:
        _quietly_end(location, key, timeout)
        raise WhipError(Exit.SFU_GONE, "WHIP answer is no SDP with a video section")
    if "\nm=video " not in response.body.replace("\nm=video 0 ", ""):
        _quietly_end(location, key, timeout)
        raise WhipError(Exit.WHIP_REFUSED, "SFU declined the video track")
    return Published(response.body, location)


def end(location: str, key: str, *, timeout: float) -> int:
    """DELETE the session; returns the HTTP status (404: it was gone already). Raises `WhipError`."""
    return _request("DELETE", location, key, _Patience(timeout, timeout), {}, None).status


def _quietly_end(location: str, key: str, timeout: float) -> None:
    with contextlib.suppress(WhipError):
        end(location, key, timeout=timeout)


def _meaning(status: int) -> Exit:
    if status in UNAUTHORISED:
        return Exit.WHIP_UNAUTHORISED
    if 400 <= status < 500 and status not in COME_BACK_LATER:
        return Exit.WHIP_REFUSED
    return Exit.SFU_GONE


def _request(
    method: str, url: str, key: str, timeout: _Patience, headers: dict[str, str], body: str | None
) -> _Response:
    """One exchange; follows 307 and 308 as RFC 9725 §4.4 has it, for POST only."""
    for _ in range(MOST_REDIRECTS + 1):
        response = _exchange(method, url, key, timeout, headers, body)
        if response.status not in {307, 308} or not response.location or method != "POST":
            return response
        url = _followed(url, response.location)
    raise WhipError(Exit.SFU_GONE, "WHIP endpoint redirects without end")


def _followed(base: str, location: str) -> str:
    """The absolute URL that a Location header means. Raises `WhipError` where that is none of HTTP."""
    with contextlib.suppress(ValueError):
        url = urljoin(base, location)
        parts = urlsplit(url)
        if parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0:
            return url
    raise WhipError(Exit.SFU_GONE, "WHIP endpoint's Location is no URL")


def _exchange(
    method: str, url: str, key: str, timeout: _Patience, headers: dict[str, str], body: str | None
) -> _Response:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = _connection(parts, timeout.connect)
        try:
            connection.connect()
            connection.sock.settimeout(timeout.step)
            connection.request(method, target, body, {**headers, "Authorization": f"Bearer {key}"})
            reply = connection.getresponse()
            text = reply.read(MOST_ANSWER_BYTES).decode("utf-8", "replace")
            return _Response(url, reply.status, reply.getheader("Location"), text)
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise WhipError(Exit.SFU_GONE, f"WHIP {method} failed: {type(error).__name__}") from None


def _connection(parts: SplitResult, timeout: float) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=timeout)
