"""A camera that cannot be played ends the program with the code that says who is to blame, in time, and leaves no trace
in the SFU."""

from __future__ import annotations

import base64
import http.server
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from deploy.demo.clock_strip import camera_number
from whip_pusher.tests.janus_sfu import Whip, free_port
from whip_pusher.tests.matrix.conftest import Cameras, Play
from whip_pusher.tests.programs import Program

pytestmark = pytest.mark.slow
Push = Callable[..., Program]
IN_TIME = 8.0  # seconds, the program's own start with it
PASSWORD = "p@ss:w/ö rd%41"
QUOTED = "p%40ss%3Aw%2F%C3%B6%20rd%2541"


@pytest.fixture
def http_port() -> Iterator[int]:
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def code(push: Push, url: str, whip: Whip) -> str:
    ended = push(url, whip.url, RECONNECT_SECONDS="1").ended(IN_TIME)["code"]
    assert not whip.posts
    return str(ended)


@pytest.mark.parametrize(
    ("mount", "why"),
    [
        ("theora", "codec_refused"),
        ("sound-only", "source_not_video"),
        ("no-such-camera", "source_unreachable"),
    ],
)
def test_a_stream_that_cannot_be_played(push: Push, odd_url: str, whip: Whip, mount: str, why: str) -> None:
    assert code(push, f"{odd_url}/{mount}", whip) == why


def test_a_port_that_nobody_listens_on(push: Push, whip: Whip) -> None:
    assert code(push, f"rtsp://127.0.0.1:{free_port()}/x", whip) == "source_unreachable"


def test_a_server_that_speaks_http(push: Push, whip: Whip, http_port: int) -> None:
    assert code(push, f"rtsp://127.0.0.1:{http_port}/x", whip) == "source_not_video"


@pytest.mark.parametrize("way", ["basic", "digest"])
def test_each_way_of_asking_for_a_password(push: Push, play: Play, whip: Whip, own_cameras: Cameras, way: str) -> None:
    port = free_port()
    own_cameras(port, "baseline", "--auth", way, DEMO_CAMERA_PASSWORD=PASSWORD)
    assert challenge(port).lower() == way
    for login in ("demo:wrong@", "stranger:x@", ""):
        assert code(push, f"rtsp://{login}127.0.0.1:{port}/baseline", whip) == "source_unauthorised"
    viewer = play(f"rtsp://demo:{QUOTED}@127.0.0.1:{port}/baseline")
    viewer.frame(camera=camera_number("baseline"))
    said = "".join(viewer.pusher.output)
    assert PASSWORD not in said
    assert QUOTED not in said
    assert base64.b64encode(f"demo:{PASSWORD}".encode()).decode() not in said


def challenge(port: int) -> str:
    """The one way that the server offers."""
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        line.settimeout(5)
        line.sendall(f"DESCRIBE rtsp://127.0.0.1:{port}/baseline RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
        headers = [text for text in line.recv(4096).decode().splitlines() if text.startswith("WWW-Authenticate:")]
    assert len(headers) == 1
    return headers[0].split()[1]
