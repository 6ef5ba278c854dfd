"""Our ASGI handler: whole answers, from threads that are kept, with everything closed."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest
from django.core.signals import request_finished
from django.http import FileResponse, HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from cctv.handler import OneThreadHandler

used: set[str] = set()


def echo(request: HttpRequest) -> HttpResponse:
    used.add(threading.current_thread().name)
    answer = HttpResponse(request.body.upper(), headers={"X-Word": "yes"})
    answer.set_cookie("a", "1")
    answer.set_cookie("b", "2")
    return answer


def slow(request: HttpRequest) -> HttpResponse:
    time.sleep(1.0)
    return HttpResponse("late")


def file(request: HttpRequest) -> FileResponse:
    return FileResponse(open(__file__, "rb"))  # noqa: PTH123 - the answer closes it


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


urlpatterns = [path("echo", echo), path("slow", slow), path("file", file), path("broken", broken)]


@pytest.fixture
def handler() -> Any:
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[], DEBUG_PROPAGATE_EXCEPTIONS=False):
        yield OneThreadHandler()


async def ask(
    handler: OneThreadHandler, at: str, body: bytes = b"", query: bytes = b""
) -> tuple[int, list[Any], bytes]:
    sent: list[dict[str, Any]] = []
    scope = {"type": "http", "method": "POST", "path": at, "query_string": query, "headers": [(b"host", b"testserver")]}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await handler(scope, receive, send)
    return sent[0]["status"], sent[0]["headers"], sent[1]["body"]


async def test_a_body_goes_in_and_an_answer_with_headers_and_cookies_comes_out(handler: OneThreadHandler) -> None:
    status, headers, body = await ask(handler, "/echo", b"hello")
    assert (status, body) == (200, b"HELLO")
    assert (b"X-Word", b"yes") in headers
    assert [value[:3] for name, value in headers if name == b"Set-Cookie"] == [b"a=1", b"b=2"]


async def test_a_file_comes_whole(handler: OneThreadHandler) -> None:
    status, _, body = await ask(handler, "/file")
    assert (status, body) == (200, open(__file__, "rb").read())  # noqa: SIM115, PTH123, ASYNC230


async def test_a_view_that_breaks_is_an_answer_500(handler: OneThreadHandler) -> None:
    assert (await ask(handler, "/broken"))[0] == 500


async def test_threads_are_used_again(handler: OneThreadHandler) -> None:
    used.clear()
    for _ in range(20):
        await ask(handler, "/echo")
    assert len(used) < 5


async def test_those_who_wait_keep_nobody_from_an_answer(handler: OneThreadHandler) -> None:
    waiting = [asyncio.create_task(ask(handler, "/slow", query=b"wait=15")) for _ in range(100)]
    await asyncio.sleep(0.1)
    began = time.monotonic()
    await ask(handler, "/echo")
    assert time.monotonic() - began < 0.8
    assert {(await one)[2] for one in waiting} == {b"late"}


async def test_each_request_is_finished_as_django_expects(handler: OneThreadHandler) -> None:
    ended = []
    request_finished.connect(lambda **_: ended.append(1), weak=False, dispatch_uid="test-handler")
    try:
        await ask(handler, "/echo")
        await ask(handler, "/file")
    finally:
        request_finished.disconnect(dispatch_uid="test-handler")
    assert ended == [1, 1]
