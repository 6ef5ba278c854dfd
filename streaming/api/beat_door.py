"""The short way of a plain heartbeat: no middleware, no ORM, one statement (ADR 0019).

A service account's heartbeat whose every part is as documented is answered here, from a thread that keeps its database
connection. Anything else (a session, an unknown key, a lease that is not alive, a value to be refused, a database that
is away) goes the ordinary way through Django, which finds out what is wrong and says so.
"""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.db import Error, connection

from accounts.api_auth import key_parts
from accounts.services import secret_sha256
from streaming.services import tokens
from streaming.services.beats import Beat, extend_by_key
from streaming.services.reports import plain_report

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

PATH = re.compile(r"/api/v1/stream/heartbeat/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
THREADS = 4
HEADERS = [
    (b"Content-Type", b"application/json"),
    (b"Cache-Control", b"no-store"),
    (b"X-Content-Type-Options", b"nosniff"),
]


@dataclass(frozen=True, slots=True)
class Asked:
    reservation_id: uuid.UUID
    prefix: str
    secret: str


class HeartbeatDoor:
    """An ASGI application before another one, which gets what is no plain heartbeat, unread."""

    def __init__(self, ordinary: App) -> None:
        self._ordinary = ordinary
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="heartbeat")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        asked = plain(scope)
        if asked is None:
            return await self._ordinary(scope, receive, send)
        first = await receive()
        content = None
        if first["type"] == "http.request" and not first.get("more_body"):
            body = first.get("body", b"")
            content = await asyncio.get_running_loop().run_in_executor(self._pool, answer, asked, body)
        if content is None:
            return await self._ordinary(scope, _replayed(first, receive), send)
        headers = [*HEADERS, (b"Content-Length", b"%d" % len(content))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})


def plain(scope: Message) -> Asked | None:
    """What is asked for, if nothing of the request but its body could still be wrong."""
    found = PATH.fullmatch(scope["path"]) if scope["method"] == "POST" and not scope.get("query_string") else None
    if found is None:
        return None
    headers = dict(scope["headers"])
    key = key_parts(headers.get(b"authorization", b""))
    twice = len(headers) != len(scope["headers"])
    if key is None or twice or headers.get(b"content-type") != b"application/json":
        return None
    accepted = headers.get(b"accept", b"*/*")
    return Asked(uuid.UUID(found[1]), *key) if accepted in {b"*/*", b"application/json"} else None


def answer(asked: Asked, body: bytes) -> bytes | None:
    """The answer's JSON; None where the ordinary way must find out."""
    report = plain_report(body)
    if report is None:
        return None
    try:
        beat = extend_by_key(asked.prefix, secret_sha256(asked.secret), asked.reservation_id, report)
    except Error:
        connection.close()  # the next one gets a new connection
        return None
    return None if beat is None else _rendered(beat)


def _rendered(beat: Beat) -> bytes:
    return json.dumps(tokens.beat_answer(beat), separators=(",", ":"), ensure_ascii=False).encode()


def _replayed(first: Message, receive: Receive) -> Receive:
    waiting = [first]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again
