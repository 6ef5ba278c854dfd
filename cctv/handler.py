"""HTTP in threads that are kept: one hop per request, where Django's own handler makes a thread and four hops.

All our views and middleware are synchronous (DRF is), so the whole of a request, signals and closing included, runs in
one thread of a pool. A streamed answer (a file) is read there too: ours are small.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

THREADS, SLOW_THREADS = 12, 64
# Calls that ask a media server, which may take seconds; and whoever waits for a stream to start.
SLOW_ENDS = ("/offer", "/answer", "/snapshot")
SLOW_PARTS = ("/whip/", "/hls/")
Message = dict[str, Any]


class OneThreadHandler(ASGIHandler):
    def __init__(self) -> None:
        super().__init__()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="request")
        self._slow = ThreadPoolExecutor(SLOW_THREADS, thread_name_prefix="slow")

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        pool = self._slow if _is_slow(scope) else self._pool
        # In the thread's own lasting context: what Django keeps there (the cache's client) is kept for the next one.
        for message in await asyncio.get_running_loop().run_in_executor(pool, self._answer, scope, body):
            await send(message)

    def _answer(self, scope: Message, body: IO[bytes]) -> list[Message]:
        """What goes out, after everything is closed and the database connection given back."""
        with body:
            set_script_prefix(get_script_prefix(scope))
            signals.request_started.send(sender=type(self), scope=scope)
            request, refusal = self.create_request(scope, body)
            response: Any = refusal if request is None else self.get_response(request)
            response._handler_class = type(self)
            try:
                return [_head(response), {"type": "http.response.body", "body": _content(response)}]
            finally:
                response.close()


def _is_slow(scope: Message) -> bool:
    at = scope["path"]
    waits = b"wait=" in scope.get("query_string", b"")
    return waits or at.endswith(SLOW_ENDS) or any(part in at for part in SLOW_PARTS)


def _head(response: HttpResponseBase) -> Message:
    cookies = [
        (b"Set-Cookie", cookie.output(header="").strip().encode("ascii")) for cookie in response.cookies.values()
    ]
    headers = [(name.encode("ascii"), value.encode("latin1")) for name, value in response.items()]
    return {"type": "http.response.start", "status": response.status_code, "headers": [*headers, *cookies]}


def _content(response: Any) -> bytes:
    return b"".join(response) if response.streaming else response.content
