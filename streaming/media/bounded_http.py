"""One kept HTTP connection and one deadline for all calls of an operation. Not for several threads.

Raises MediaError(`away`) where the server is away, slow, or does not talk HTTP.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from streaming.media.ports import MediaError

SECURE = {"https", "wss"}


class BoundedHttp:
    def __init__(self, url: str, *, away: str, deadline: float, largest: int) -> None:
        """`deadline`: of time.monotonic(). `largest`: bytes of an answer that are read."""
        parts = urlsplit(url)
        secure = parts.scheme in SECURE
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port or (443 if secure else 80))
        self._base = parts.path.rstrip("/")
        self.away, self._deadline, self._largest = away, deadline, largest

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()

    def remaining(self) -> float:
        """Seconds left; MediaError when there are none."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise MediaError(self.away, detail="timeout")
        return left

    def exchange(
        self, method: str, path: str, body: str | bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """Status and body of the answer; `path` stands below the URL's own."""
        try:
            self._limit(self.remaining())
            self._connection.request(method, self._base + path, body, dict(headers))
            answer = self._connection.getresponse()
            return answer.status, answer.read(self._largest)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self.broken(type(error).__name__) from None

    def exchange_json(self, method: str, path: str, body: str | None) -> tuple[int, dict[str, Any]]:
        """The same with JSON; an answer that is no object cannot be used."""
        status, raw = self.exchange(method, path, body, {"Content-Type": "application/json"})
        try:
            answer = json.loads(raw)
        except ValueError:
            raise self.broken("no JSON") from None
        if not isinstance(answer, dict):
            raise self.broken("not an object")
        return status, answer

    def broken(self, detail: str) -> MediaError:
        """What was said cannot be used: the connection is not used any more either."""
        self._connection.close()
        return MediaError(self.away, detail=detail)

    def _limit(self, seconds: float) -> None:
        self._connection.timeout = seconds
        if self._connection.sock is not None:
            self._connection.sock.settimeout(seconds)
