"""Our own HTTP API as a service account sees it: one lasting connection, bare http.client, so that it costs little."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]


class Refused(Exception):
    """An answer that was not the expected one."""


class Api:
    """Not for several threads at once."""

    def __init__(self, url: str, api_key: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        self._headers = {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: Json | None = None) -> Json:
        """The answer's JSON, {} where there is none."""
        return self._ask(method, f"/api/v1{path}", None if body is None else json.dumps(body))

    def _ask(self, method: str, path: str, payload: str | None) -> Json:
        self._connection.request(method, path, payload, self._headers)
        response = self._connection.getresponse()
        raw = response.read()
        if response.status >= 300:
            raise Refused(f"{method} {path}: {response.status} {raw[:300]!r}")
        found: Json = json.loads(raw) if raw else {}
        return found

    def reserve(self, camera_id: str, *, wait: float = 0) -> Json:
        return self.call("POST", f"/stream/reserve?wait={wait:g}", {"camera_id": camera_id, "transport": "webrtc"})

    def heartbeat(self, reservation_id: str) -> None:
        self.call("POST", f"/stream/heartbeat/{reservation_id}", {})

    def release(self, reservation_id: str) -> None:
        self.call("DELETE", f"/stream/release/{reservation_id}")

    def look(self) -> None:
        self._ask("GET", "/healthz", None)

    def viewers(self) -> int:
        return int(self.call("GET", "/stream/stats")["total_viewers"])

    def open_streams(self) -> list[str]:
        """States of the newest streams that are not verified gone yet."""
        rows = self.call("GET", "/streams?limit=20")["results"]
        return [row["state"] for row in rows if row["state"] not in {"STOPPED", "FAILED"}]

    def close(self) -> None:
        """Until the next call: the server closes a connection that is idle for five seconds."""
        self._connection.close()


def until(holds: Callable[[], Any], what: str, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)
