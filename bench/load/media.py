"""`python -m bench.load.media LIVEKIT MEDIAMTX CAMERAS WEB`: the fake on three ports, one process that all workers see.

WEB is where its webhooks go, signed with LIVEKIT_API_KEY and LIVEKIT_API_SECRET_FILE.
The third port is every camera's RTSP server: it answers OPTIONS and DESCRIBE (RFC 2326 §10), and sends no media.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import cast

import httptools
import uvloop

from bench.load.doors import World
from bench.load.webhooks import Webhooks

LOOPBACK = "127.0.0.1"
SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=cam\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"


class Visit(asyncio.Protocol):
    """One kept HTTP connection."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._parser = httptools.HttpRequestParser(self)
        self._url, self._body = b"", b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.close()

    def on_message_begin(self) -> None:
        self._url, self._body = b"", b""

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        method = self._parser.get_method().decode()
        status, kind, body = self._world.answer(method, self._url.decode(), self._body)
        head = f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)
        if not self._parser.should_keep_alive():
            self._transport.close()


class Camera(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class

    def data_received(self, data: bytes) -> None:
        head, sequence = data.decode(errors="replace"), "1"
        for line in head.splitlines():
            if line.lower().startswith("cseq:"):
                sequence = line[5:].strip()
        body = SDP if head.startswith("DESCRIBE") else ""
        about = f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n" if body else ""
        self._transport.write(f"RTSP/1.0 200 OK\r\nCSeq: {sequence}\r\n{about}\r\n{body}".encode())


async def serve(livekit: int, mediamtx: int, cameras: int, web: int) -> None:
    loop = asyncio.get_running_loop()
    webhooks = _webhooks(web)
    world = World(loop.call_later, tell=webhooks.tell)
    world.webhooks = webhooks.answers
    servers = [await loop.create_server(lambda: Visit(world), LOOPBACK, port) for port in (livekit, mediamtx)]
    servers.append(await loop.create_server(Camera, LOOPBACK, cameras))
    await asyncio.gather(*(server.serve_forever() for server in servers))


def _webhooks(web: int) -> Webhooks:
    secret = Path(os.environ["LIVEKIT_API_SECRET_FILE"]).read_text().strip()
    return Webhooks(web, os.environ["LIVEKIT_API_KEY"], secret)


if __name__ == "__main__":
    uvloop.run(serve(*map(int, sys.argv[1:5])))
