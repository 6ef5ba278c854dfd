"""`--health`, as HEALTHCHECK runs it."""

from __future__ import annotations

import os
import socket
import subprocess
import time

import pytest

from whip_pusher.health import serve
from whip_pusher.tests.janus_sfu import free_port
from whip_pusher.tests.programs import PYTHON, ROOT

PLAYING = {"state": "playing", "healthy": True, "camera_id": "cam-1", "generation": "3"}
OURS = {"CAMERA_ID": "cam-1", "GENERATION": "3"}


def check(port: int | str, **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [PYTHON, "-S", "-m", "whip_pusher", "--health"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HTTP_PORT": str(port), **OURS, **environment},
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.strip()


@pytest.mark.parametrize(("healthy", "code"), [(True, 0), (False, 1)])
def test_the_runs_own_word_decides(healthy: bool, code: int) -> None:
    port = free_port()
    assert serve(port, "127.0.0.1", lambda: {**PLAYING, "healthy": healthy}) is None
    assert check(port) == (code, "playing")
    assert check(port, HTTP_HOST="0.0.0.0") == (code, "playing")  # noqa: S104


def test_what_is_wrong_is_said_beside_the_state() -> None:
    port = free_port()
    found = {"state": "waiting", "healthy": False, "reason": "source_stalled"}
    assert serve(port, "127.0.0.1", lambda: PLAYING | found) is None
    assert check(port) == (1, "waiting source_stalled")


def test_nobody_there_is_not_healthy() -> None:
    assert check(free_port()) == (1, "no_answer")


def test_a_run_that_does_not_answer_is_not_healthy_within_two_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        assert check(silent.getsockname()[1]) == (1, "no_answer")
        assert time.monotonic() - began < 2


def test_a_port_that_another_pusher_has_says_nothing_of_ours() -> None:
    port = free_port()
    assert serve(port, "127.0.0.1", lambda: PLAYING | {"healthy": False, "generation": "2"}) is None
    assert check(port) == (0, "not_ours")


def test_without_a_port_there_is_nothing_to_ask() -> None:
    assert check("") == (0, "off")
