"""One set of cameras, one receiver and one Janus for the whole folder; each test has pushers of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from whip_pusher.tests.janus_sfu import Janus, Whip, free_port
from whip_pusher.tests.programs import Program, cameras, pusher

CAMERA_PASSWORD = "p@ss:w/ö rd%41"
KEY = "stream-key-0123456789"
LOOPBACK = {"ICE_ADDRESSES": "127.0.0.1"}


@pytest.fixture(scope="session")
def rtsp() -> Iterator[str]:
    """The base URL of the demo's cameras, the odd ones too."""
    port = free_port()
    program = cameras(port, "--odd", "audio-only,b-frames,long-gop,mjpeg", password=CAMERA_PASSWORD)
    yield f"rtsp://127.0.0.1:{port}"
    program.stop()


@pytest.fixture(scope="session")
def receiver() -> Iterator[Program]:
    program = Program("-m", "whip_pusher.tests.receiver", KEY)
    yield program
    program.stop()


@pytest.fixture(scope="session")
def receiver_url(receiver: Program) -> str:
    return str(receiver.wait_for("ready")["url"])


@pytest.fixture(scope="session")
def janus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Janus]:
    sfu = Janus(tmp_path_factory.mktemp("janus"))
    yield sfu
    sfu.stop()


@pytest.fixture
def janus_whip(janus: Janus) -> Iterator[Whip]:
    endpoint = Whip(janus, KEY)
    yield endpoint
    endpoint.stop()


@pytest.fixture
def whip() -> Iterator[Whip]:
    """An endpoint without an SFU, for refusals."""
    endpoint = Whip(None, KEY)
    yield endpoint
    endpoint.stop()


@pytest.fixture
def push() -> Iterator[Callable[..., Program]]:
    """Start a pusher; it is ended with the test."""
    started: list[Program] = []

    def start(rtsp_url: str, whip_url: str, key: str = KEY, **env: str) -> Program:
        started.append(pusher(rtsp_url, whip_url, key, **env))
        return started[-1]

    yield start
    for program in started:
        program.stop()


@pytest.fixture
def hls_dir(tmp_path: Path) -> Path:
    return tmp_path / "hls"
