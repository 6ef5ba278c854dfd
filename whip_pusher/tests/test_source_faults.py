"""Each way in which a camera can fail has its own code, in time."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from whip_pusher.tests.conftest import LOOPBACK
from whip_pusher.tests.janus_sfu import Whip, free_port
from whip_pusher.tests.programs import Program, cameras

pytestmark = pytest.mark.slow
Push = Callable[..., Program]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A host that accepts connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def http_port() -> Iterator[int]:
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def code(program: Program, timeout: float = 8) -> str:
    return str(program.ended(timeout)["code"])


@pytest.mark.parametrize("login", ["", "demo:wr%40ng-password@", "stranger@"])
def test_wrong_credentials(push: Push, rtsp: str, whip: Whip, login: str) -> None:
    program = push(rtsp.replace("rtsp://", f"rtsp://{login}") + "/cam-004-taxi-airport", whip.url)
    assert code(program) == "source_unauthorised"
    assert "wr@ng" not in "".join(program.output)
    assert "wr%40ng" not in "".join(program.output)


def test_an_unknown_path(push: Push, rtsp: str, whip: Whip) -> None:
    assert code(push(f"{rtsp}/cam-005-offline", whip.url)) == "source_unreachable"


def test_nobody_listening(push: Push, whip: Whip) -> None:
    assert code(push(f"rtsp://127.0.0.1:{free_port()}/x", whip.url)) == "source_unreachable"


def test_a_host_that_never_answers(push: Push, whip: Whip, silent_port: int) -> None:
    assert code(push(f"rtsp://127.0.0.1:{silent_port}/x", whip.url)) == "source_unreachable"


def test_a_server_of_another_protocol(push: Push, whip: Whip, http_port: int) -> None:
    assert code(push(f"rtsp://127.0.0.1:{http_port}/x", whip.url)) == "source_not_video"


def test_sound_without_picture(push: Push, rtsp: str, whip: Whip) -> None:
    assert code(push(f"{rtsp}/test-audio-only", whip.url)) == "source_not_video"
    assert not whip.posts


@pytest.mark.parametrize("how", ["kill", "freeze"])
def test_a_source_that_dies_in_the_middle(push: Push, receiver: Program, receiver_url: str, how: str) -> None:
    port = free_port()
    source = cameras(port, "--extra", "1")
    program = push(f"rtsp://127.0.0.1:{port}/cam-006-demo", receiver_url, **LOOPBACK)
    program.wait_for("playing")
    source.process.kill() if how == "kill" else source.freeze()
    assert code(program, 2 + 2) in {"source_stalled", "source_unreachable"}
    source.stop()
    receiver.wait_for("deleted")
