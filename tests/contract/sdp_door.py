"""A door for SDP: the smallest HTTP server before a `Signalling`, for tests that want no web server.

POST /whip/<room> (bearer; 201, Location) and DELETE on the Location as RFC 9725 has them; POST /offer and /answer with
/<camera_id>/<reservation_id>. GET / gives an empty page, so that a browser has an origin to fetch from.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeVar

from django.db import connections

from streaming.media import names
from streaming.media.ports import MediaError, Signalling

STATUS = {"bad_sdp": 400, "whip_unauthorised": 401, "stream_not_live": 409, "superseded": 409, "peer_gone": 409}
VERBS = {"whip": "_whip", "offer": "_offer", "answer": "_take"}


Kind = TypeVar("Kind", bound="Door")


class Door(ThreadingHTTPServer):
    daemon_threads = True

    visit: type[Visit]

    def __init__(self, signalling: Signalling, cameras: list[str]) -> None:
        super().__init__(("127.0.0.1", 0), self.visit)
        self.signalling = signalling
        self.cameras = {names.room(camera): camera for camera in cameras}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Visit(BaseHTTPRequestHandler):
    server: Door

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        self._answer(200, "<!doctype html><video autoplay muted playsinline></video>", kind="text/html")

    def do_POST(self) -> None:
        sdp = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        verb, *words = self.path.strip("/").split("/")
        self._guarded(getattr(self, VERBS[verb]), words, sdp)

    def do_DELETE(self) -> None:
        self._guarded(self._delete, self.path.strip("/").split("/")[1:], "")

    def _guarded(self, act: Callable[[list[str], str], None], words: list[str], sdp: str) -> None:
        try:
            act(words, sdp)
        except MediaError as error:
            self._answer(STATUS.get(error.code, 503), error.code)
        finally:
            connections.close_all()

    @property
    def _key(self) -> str:
        return (self.headers.get("Authorization") or "").removeprefix("Bearer ")

    def _whip(self, words: list[str], sdp: str) -> None:
        resource, answer = self.server.signalling.whip_publish(self.server.cameras[words[0]], self._key, sdp)
        self._answer(201, answer, location=f"/whip/{words[0]}/{resource}")

    def _delete(self, words: list[str], _sdp: str) -> None:
        self.server.signalling.whip_delete(self.server.cameras[words[0]], self._key, words[1])
        self._answer(200, "")

    def _offer(self, words: list[str], _sdp: str) -> None:
        self._answer(200, self.server.signalling.viewer_offer(*words).sdp)

    def _take(self, words: list[str], sdp: str) -> None:
        camera_id, reservation_id = words
        self.server.signalling.viewer_answer(camera_id, reservation_id, sdp)
        self._answer(200, "")

    def _answer(self, status: int, body: str, *, kind: str = "application/sdp", location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body.encode())


Door.visit = Visit


@contextmanager
def door(signalling: Signalling, cameras: list[str]) -> Iterator[Door]:
    with opened(Door(signalling, cameras)) as server:
        yield server


@contextmanager
def opened(server: Kind) -> Iterator[Kind]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
