"""A camera that never says a word, or no more, ends the run in time; matrix/test_refusals.py has those that say no."""

from __future__ import annotations

import socket
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


def code(program: Program, timeout: float = 8) -> str:
    return str(program.ended(timeout)["code"])


def test_a_host_that_never_answers(push: Push, whip: Whip, silent_port: int) -> None:
    assert code(push(f"rtsp://127.0.0.1:{silent_port}/x", whip.url)) == "source_unreachable"


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
