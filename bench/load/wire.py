"""A lean HTTP/1.1 client: kept connections, one request at a time on each, the one that rested longest first.

About 30 µs of processor time a request: the load must not cost what it is to measure.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from typing import cast

import httptools

FEWEST, MOST = 48, 512  # connections: spread by the kernel over the web processes; and what a slow server may hold
TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """`seconds` from the first byte sent to the last one received; status 0: none came."""

    status: int
    body: bytes
    seconds: float


class Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self.open, self.served = True, False
        self._waiting: asyncio.Future[Answer] | None = None
        self._began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class

    def connection_lost(self, error: Exception | None) -> None:
        self.open = False
        self._end(0)

    async def ask(self, request: bytes) -> Answer:
        self._parser, self._body = httptools.HttpResponseParser(self), b""
        self._waiting = asyncio.get_running_loop().create_future()
        self._began = time.monotonic()
        self._transport.write(request)
        try:
            async with asyncio.timeout(TIMEOUT):
                return await self._waiting
        except TimeoutError:
            self._transport.abort()
            self.open = False
            return Answer(0, b"timeout", TIMEOUT)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        self.open = self._parser.should_keep_alive()
        self._end(self._parser.get_status_code())

    def _end(self, status: int) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(Answer(status, self._body, time.monotonic() - self._began))


class Wire:
    """To one server. `ask` never raises for what the server does."""

    def __init__(self, host: str, port: int, *, fewest: int = FEWEST) -> None:
        self._where, self._fewest = (host, port), fewest
        self._idle: deque[Connection] = deque()
        self._count = 0
        self._places = asyncio.Semaphore(MOST)

    async def ask(self, method: str, path: str, body: bytes = b"", key: str = "", *, scheme: str = "Bearer ") -> Answer:
        login = f"Authorization: {scheme}{key}\r\n" if key else ""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{login}"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        async with self._places:
            answer, kept = await self._once(head.encode() + body)
            # The server may close a connection that rests just as we take it: then it has not read a byte.
            if answer.status == 0 and kept and answer.body == b"":
                answer, _ = await self._once(head.encode() + body, fresh=True)
            return answer

    async def _once(self, request: bytes, *, fresh: bool = False) -> tuple[Answer, bool]:
        """The answer, and whether the connection had served before."""
        try:
            connection = await self._free(fresh=fresh)
        except OSError as error:
            return Answer(0, str(error).encode(), 0.0), False
        kept, connection.served = connection.served, True
        answer = await connection.ask(request)
        self._back(connection)
        return answer, kept

    async def _free(self, *, fresh: bool) -> Connection:
        while self._idle and not self._idle[0].open:
            self._idle.popleft()
            self._count -= 1
        if self._idle and self._count >= self._fewest and not fresh:
            return self._idle.popleft()
        self._count += 1
        try:
            _, made = await asyncio.get_running_loop().create_connection(Connection, *self._where)
        except OSError:
            self._count -= 1
            raise
        return made

    def _back(self, connection: Connection) -> None:
        if connection.open:
            self._idle.append(connection)
        else:
            self._count -= 1
