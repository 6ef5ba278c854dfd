"""`/healthz` and `/metrics`, for a health check and Prometheus: one thread that sleeps until somebody asks.

Written on sockets, because http.server takes a thread for each slow client, and 2 MB. A client has two seconds and
2 kB, and of more than eight the oldest is let go, so that none can keep the others, or memory.
"""

from __future__ import annotations

import errno
import json
import selectors
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from whip_pusher.metrics import CONTENT_TYPE, render

MOST_CLIENTS = 8
MOST_REQUEST = 2048  # bytes
CLIENT_SECONDS = 2.0
STUCK_SECONDS = 5.0
JSON = "application/json"
REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}

Snapshot = Callable[[], Mapping[str, object]]


def serve(port: int, host: str, snapshot: Snapshot) -> str | None:
    """Answer from now on; where that cannot be it returns a code: `http_port_taken` or `http_unavailable`.

    `snapshot()` is called for each request, in a thread of its own: `state` (a word), `healthy` (the watchdog finds
    nothing), `reason` (what it finds), `tick` (monotonic seconds of the main loop's last turn; old: the run is stuck,
    whatever else it says), `camera_id`, `generation`, and figures by the keys of `metrics.METRICS` and `metrics.INFO`.
    """
    try:
        listener = _listener(port, host)
    except OSError as error:
        return "http_port_taken" if error.errno == errno.EADDRINUSE else "http_unavailable"
    threading.Thread(target=_Server(listener, snapshot).run, name="health", daemon=True).start()
    return None


def _listener(port: int, host: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(MOST_CLIENTS)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def judge(snapshot: Mapping[str, object], now: float) -> tuple[bool, str]:
    """Whether the run is healthy, and the word for its state; `now` in monotonic seconds."""
    tick = snapshot.get("tick")
    if isinstance(tick, float) and now - tick > STUCK_SECONDS:
        return False, "stuck"
    return bool(snapshot.get("healthy")), str(snapshot.get("state"))


class _Server:
    def __init__(self, listener: socket.socket, snapshot: Snapshot) -> None:
        self._listener, self._snapshot = listener, snapshot
        self._clients: dict[socket.socket, tuple[float, bytes]] = {}  # until when, and what came; the oldest first
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)

    def run(self) -> None:
        while True:
            with suppress(OSError):
                self._turn()

    def _turn(self) -> None:
        oldest = next(iter(self._clients.values()), None)
        ready = self._selector.select(oldest and max(0.0, oldest[0] - time.monotonic()))
        for key, _ in ready:
            if key.fileobj is self._listener:
                self._accept()
            else:
                self._receive(key.fileobj)  # type: ignore[arg-type]
        now = time.monotonic()
        for client in [client for client, (until, _) in self._clients.items() if until <= now]:
            self._drop(client)

    def _accept(self) -> None:
        try:
            client, _ = self._listener.accept()
        except BlockingIOError:
            return
        except OSError:
            time.sleep(0.2)  # No descriptors left, say: the listener stays ready, and this must not spin.
            return
        client.setblocking(False)
        self._clients[client] = (time.monotonic() + CLIENT_SECONDS, b"")
        self._selector.register(client, selectors.EVENT_READ)
        if len(self._clients) > MOST_CLIENTS:
            self._drop(next(iter(self._clients)))

    def _receive(self, client: socket.socket) -> None:
        if client not in self._clients:  # let go within the same turn
            return
        until, before = self._clients[client]
        try:
            came = client.recv(MOST_REQUEST)
        except OSError:
            came = b""
        request = before + came
        self._clients[client] = until, request
        if not came:
            self._drop(client)
        elif b"\r\n\r\n" in request or len(request) >= MOST_REQUEST:
            with suppress(OSError):
                # Answers fit into the socket's buffer; whoever does not read gets what fits.
                client.send(self._answer(request))
                client.shutdown(socket.SHUT_WR)
            self._drop(client)

    def _drop(self, client: socket.socket) -> None:
        self._clients.pop(client, None)
        with suppress(KeyError, ValueError):
            self._selector.unregister(client)
        client.close()

    def _answer(self, request: bytes) -> bytes:
        head, whole, _ = request.partition(b"\r\n\r\n")
        words = head.split(b"\r\n", 1)[0].split(b" ")
        if not whole or len(words) != 3 or not words[2].startswith(b"HTTP/1."):
            return _response(400, JSON, "{}")
        if words[0] not in {b"GET", b"HEAD"}:
            return _response(405, JSON, "{}")
        status, kind, body = self._page(words[1].split(b"?", 1)[0])
        return _response(status, kind, body, with_body=words[0] == b"GET")

    def _page(self, path: bytes) -> tuple[int, str, str]:
        if path not in {b"/healthz", b"/metrics"}:
            return 404, JSON, "{}"
        try:
            snapshot = self._snapshot()
            healthy, state = judge(snapshot, time.monotonic())
            if path == b"/metrics":
                return 200, CONTENT_TYPE, render(snapshot, healthy=healthy, state=state)
        except Exception:  # noqa: BLE001 a run of which nothing can be told is not healthy, and this thread goes on
            return 503, JSON, '{"state": "unknown"}'
        who = {name: str(snapshot.get(name) or "") for name in ("camera_id", "generation")}
        why = {"reason": str(snapshot["reason"])} if snapshot.get("reason") else {}
        return (200 if healthy else 503), JSON, json.dumps({"state": state, **why, **who})


def _response(status: int, kind: str, body: str, *, with_body: bool = True) -> bytes:
    content = body.encode()
    head = (
        f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + (content if with_body else b"")
