"""An origin for module tests in a browser: our static files under the product's CSP, and an empty page with a player's
video. One module may be replaced by a file of the tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from django.conf import settings

STATIC = Path(__file__).resolve().parents[2] / "static"
PAGE = b"<!doctype html><title>test</title><body><video muted playsinline width=640 height=360></video></body>"
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def policy(origins: list[str]) -> str:
    """The product's, with `origins` to connect to."""
    directives: dict[str, list[str]] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    given = directives | {"connect-src": [*directives["connect-src"], *origins]}
    return "; ".join(f"{name} {' '.join(values)}" for name, values in given.items())


class PageSite(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, replaced: Mapping[str, Path], origins: list[str]) -> None:
        super().__init__(("127.0.0.1", 0), Visit)
        self.replaced, self.policy = replaced, policy(origins)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class Visit(BaseHTTPRequestHandler):
    server: PageSite

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        file = self.server.replaced.get(path) or STATIC / path.removeprefix("/static/").lstrip("/")
        if path == "/":
            self._answer(200, PAGE, "text/html")
        elif path == "/healthz":  # asked where a socket is lost; there are none here
            self._answer(200, b"ok", "text/plain")
        elif file.is_file():
            self._answer(200, file.read_bytes(), TYPES.get(file.suffix, "application/octet-stream"))
        else:
            self._answer(404, b"", "text/plain")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", self.server.policy)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def page_site(*, replaced: Mapping[str, Path] | None = None, origins: list[str] | None = None) -> Iterator[str]:
    """Its URL, for as long as the block lasts."""
    site = PageSite(replaced or {}, origins or [])
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site.url
    finally:
        site.shutdown()
        site.server_close()
        thread.join(5)
