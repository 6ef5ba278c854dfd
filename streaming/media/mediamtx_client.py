"""Bounded HTTP talk with MediaMTX's control API `/v3`: one kept connection and one deadline for all calls together.

Tried with MediaMTX 1.20.1 (https://mediamtx.org/docs/references/control-api). 404 is "gone", a normal answer. The text
of an error may quote a camera's URL with its password, so that it is looked at, and neither kept nor logged.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from streaming.media.bounded_http import BoundedHttp
from streaming.media.ports import MediaError

Json = dict[str, Any]
LARGEST_ANSWER = 32 * 1024 * 1024  # bytes; the configuration of one path takes about 3 kB
PER_PAGE = 1000
EXISTS = "path already exists"


class GatewayRefused(MediaError):
    """MediaMTX said no. 400 is about what we asked for: asking again is useless."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__("gateway_refused", permanent=status == 400, status=status)
        self.exists = text == EXISTS


class MediaMtx(BoundedHttp):
    """The control API, not for several threads. `away`: the code where MediaMTX is away, slow or talks nonsense."""

    def __init__(self, away: str = "gateway_unreachable") -> None:
        deadline = time.monotonic() + settings.MEDIA_CALL_TIMEOUT
        super().__init__(settings.MEDIAMTX_API_URL, away=away, deadline=deadline, largest=LARGEST_ANSWER)

    def get(self, path: str, /, **query: object) -> Json | None:
        """None where it is not there."""
        return self.call("GET", f"{path}?{urlencode(query)}" if query else path)

    def items(self, path: str) -> Iterator[Json]:
        """Of all pages. What is added or removed meanwhile may show twice or not at all: callers look again."""
        page = 0
        while True:
            answer = self.get(path, itemsPerPage=PER_PAGE, page=page) or {}
            yield from answer.get("items") or []
            page += 1
            if page >= int(answer.get("pageCount") or 0):
                return

    def call(self, method: str, path: str, body: Json | None = None) -> Json | None:
        """The answer, or None where it is not there (404). Raises GatewayRefused for every other no."""
        status, answer = self.exchange_json(method, f"/v3{path}", None if body is None else json.dumps(body))
        if status == 404 and "error" in answer:
            return None
        if not 200 <= status < 300:
            raise GatewayRefused(status, str(answer.get("error")))
        return answer
