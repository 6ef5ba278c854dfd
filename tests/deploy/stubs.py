"""A small HTTP server that says what it was asked, for a proxy to stand in front of."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Stub(BaseHTTPRequestHandler):
    """Answers JSON {server, path, headers}; `?status=`, `?location=` in the query ask for another answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    name = ""

    def do_GET(self) -> None:
        if self.headers.get("Upgrade", "").lower() == "websocket":
            return self._upgrade()
        asked = parse_qs(urlsplit(self.path).query)
        told = {"server": self.name, "path": self.path, "headers": dict(self.headers.items())}
        body = json.dumps({**told, "secret": "rtsp://user:password@camera"}).encode()
        self.send_response(int(asked.get("status", ["200"])[0]))
        for location in asked.get("location", []):
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def _upgrade(self) -> None:
        """Switches, then sends back the first bytes that come."""
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        # RFC 6455 §4.2.2; HAProxy checks it.
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accepted = base64.b64encode(hashlib.sha1(key.encode(), usedforsecurity=False).digest()).decode()
        self.send_header("Sec-WebSocket-Accept", accepted)
        self.end_headers()
        self.wfile.write(self.name.encode() + b":" + self.rfile.read(4))
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing: the tests look at the answers."""


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A proxy's health check hangs up before it is answered."""


@contextlib.contextmanager
def stub(name: str) -> Iterator[str]:
    """Its address, while the block lasts."""
    server = Quiet(("127.0.0.1", 0), type(f"Stub_{name}", (Stub,), {"name": name}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
