"""Who answers at a camera's address."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from whip_pusher.rtsp_options import Greeting, greet, read


@contextmanager
def server(answer: bytes, *, hold: bool = False) -> Iterator[tuple[str, list[bytes]]]:
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            client, _ = listener.accept()
            asked.append(client.recv(4096))
            client.sendall(answer)
            if hold:
                client.recv(1)
            client.close()

        threading.Thread(target=serve, daemon=True).start()
        yield f"rtsp://127.0.0.1:{listener.getsockname()[1]}/stream?password=hidden", asked


def test_a_server_tells_its_name_and_is_told_no_secret() -> None:
    with server(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nserver:  Hipcam RealServer/V1.0 \r\n\r\n", hold=True) as (url, asked):
        assert greet(url, timeout=2) == Greeting(True, "Hipcam RealServer/V1.0")
    assert b"hidden" not in asked[0]


@pytest.mark.parametrize(
    ("answer", "greeting"),
    [
        ("RTSP/1.0 401 Unauthorized\r\nCSeq: 1", Greeting(True, None)),
        ("HTTP/1.1 400 Bad Request\r\nServer: nginx", Greeting(False, "nginx")),
        ("RTSP/1.0 200 OK\r\nServer: a\x1b[31mb\x00" + "c" * 500, Greeting(True, "a[31mb" + "c" * 94)),
        ("", Greeting(False, None)),
    ],
)
def test_answers_are_read_with_care(answer: str, greeting: Greeting) -> None:
    assert read(answer) == greeting


def test_a_server_that_dribbles_is_given_up_in_time() -> None:
    with server(b"RTSP/1.0 200 OK\r\n", hold=True) as (url, _):
        began = time.monotonic()
        assert greet(url, timeout=0.3) == Greeting(False, None)
        assert time.monotonic() - began < 1


def test_nobody_there_is_no_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert greet(f"rtsp://127.0.0.1:{port}/", timeout=1) == Greeting(False, None)
