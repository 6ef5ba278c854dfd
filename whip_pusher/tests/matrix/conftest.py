"""The odd cameras of the whole folder, and a pusher with what arrives of it at a real WebRTC peer."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from whip_pusher.tests.conftest import KEY, LOOPBACK
from whip_pusher.tests.janus_sfu import free_port
from whip_pusher.tests.matrix.viewer import Viewer
from whip_pusher.tests.programs import Program, pusher

# Where a test is not about time, a busy machine may take its own.
PATIENT = {
    "CONNECT_TIMEOUT": "10",
    "FIRST_PACKET_TIMEOUT": "12",
    "PACKET_TIMEOUT": "5",
    "NEGOTIATION_TIMEOUT": "20",
}
Cameras = Callable[..., Program]
Play = Callable[..., Viewer]


@pytest.fixture(scope="session")
def odd() -> Iterator[Program]:
    """All odd cameras in one program; it tells when one of them begins to misbehave."""
    program = Program("-m", "whip_pusher.tests.odd_cameras", "--port", str(free_port()))
    yield program
    program.stop()


@pytest.fixture(scope="session")
def odd_url(odd: Program) -> str:
    return f"rtsp://127.0.0.1:{odd.wait_for('ready', 60)['port']}"


@pytest.fixture
def own_cameras() -> Iterator[Cameras]:
    """Start odd cameras for one test alone: `own_cameras(port, mounts, *flags)`."""
    started: list[Program] = []

    def start(port: int, mounts: str, *flags: str, **env: str) -> Program:
        command = ("-m", "whip_pusher.tests.odd_cameras", "--port", str(port), "--mounts", mounts, *flags)
        started.append(Program(*command, env=env))
        started[-1].wait_for("ready")
        return started[-1]

    yield start
    for program in started:
        program.stop()


@pytest.fixture(scope="session")
def names() -> Iterator[str]:
    """One for each session at the receiver."""
    return (f"matrix-{number}" for number in itertools.count())


@pytest.fixture
def play(receiver: Program, receiver_url: str, names: Iterator[str]) -> Iterator[Play]:
    """Start a pusher towards the receiver: `play(rtsp_url, **env)`. It is ended with the test, by SIGTERM."""
    viewers: list[Viewer] = []

    def start(rtsp_url: str, **env: str) -> Viewer:
        name = next(names)
        program = pusher(rtsp_url, f"{receiver_url}/{name}", KEY, **{**PATIENT, **LOOPBACK, **env})
        viewers.append(Viewer(program, receiver, name))
        return viewers[-1]

    yield start
    for viewer in viewers:
        viewer.end()
