"""The smallest WHIP endpoint (RFC 9725): somebody else makes the answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http.server import ThreadingHTTPServer

from whip_pusher.tests.whip_answers import WhipAnswers


class Gone(Exception):
    """The SFU behind the door is not there: 503, which a pusher takes for "try again"."""


class Door:
    """`POST /whip/NAME` is answered with `take(NAME, offer)`, `DELETE` of it calls `end(NAME)`; in a thread each."""

    def __init__(self, take: Callable[[str, str], str], end: Callable[[str], None]) -> None:
        self.answered_at: dict[str, float] = {}  # of time.time(), by name
        door = self

        class Handler(WhipAnswers):
            def do_POST(self) -> None:
                offer = self.rfile.read(int(self.headers["Content-Length"])).decode()
                name = self.path.rpartition("/")[2]
                try:
                    answer = take(name, offer)
                except Gone:
                    self.answer(503, "")
                    return
                door.answered_at[name] = time.time()
                self.answer(201, answer, self.path)

            def do_DELETE(self) -> None:
                end(self.path.rpartition("/")[2])
                self.answer(200, "")

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/whip/{name}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
