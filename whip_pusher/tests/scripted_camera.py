"""An RTSP server that says what a test wants it to: a handful of answers, no media."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

SDP = (
    b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=Cam\r\nt=0 0\r\n"
    b"m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n"
)
Answer = Callable[[str, str], tuple[str, bytes]]


@contextmanager
def camera(answer: Answer) -> Iterator[str]:
    """Its URL. `answer(method, request)` gives status line and body; OPTIONS is answered by itself."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, answer), daemon=True).start()
        yield f"rtsp://127.0.0.1:{listener.getsockname()[1]}/x"


def _accept(listener: socket.socket, answer: Answer) -> None:
    with suppress(OSError):
        while True:
            threading.Thread(target=_serve, args=(listener.accept()[0], answer), daemon=True).start()


def _serve(client: socket.socket, answer: Answer) -> None:
    with client, suppress(OSError):
        pending = b""
        while came := client.recv(4096):
            pending += came
            while b"\r\n\r\n" in pending:
                head, _, pending = pending.partition(b"\r\n\r\n")
                client.sendall(_reply(head.decode("latin-1"), answer))


def _reply(request: str, answer: Answer) -> bytes:
    method = request.split()[0]
    status, body = ("200 OK", b"") if method == "OPTIONS" else answer(method, request)
    number = next(line.partition(":")[2].strip() for line in request.splitlines() if line.lower().startswith("cseq"))
    kind = "Content-Type: application/sdp\r\n" if body else ""
    public = "Public: DESCRIBE, SETUP, PLAY, TEARDOWN\r\n" if method == "OPTIONS" else ""
    head = f"RTSP/1.0 {status}\r\nCSeq: {number}\r\n{public}{kind}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
