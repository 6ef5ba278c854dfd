"""A run can be asked how it is, and says what it carries."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable

import pytest

from whip_pusher.tests.conftest import LOOPBACK
from whip_pusher.tests.janus_sfu import free_port
from whip_pusher.tests.programs import Program

pytestmark = pytest.mark.slow


def get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=3) as reply:
        text: str = reply.read().decode()
    return text


def test_health_and_figures_of_a_run(push: Callable[..., Program], rtsp: str, receiver_url: str) -> None:
    port = free_port()
    program = push(f"{rtsp}/cam-001-sheikh-zayed", receiver_url, HTTP_PORT=str(port), **LOOPBACK)
    program.wait_for("playing")
    assert json.loads(get(port, "/healthz"))["state"] == "playing"
    told = program.wait_for("stats")
    page = get(port, "/metrics")
    assert 'whip_pusher_healthy{camera_id="cam-test"} 1' in page
    assert f'whip_pusher_width_pixels{{camera_id="cam-test",layer="high"}} {told["layers"]["high"]["width"]}' in page
    assert told["packets_sent"] > 0
    assert told["rtt_ms"] is not None
    assert told["packets_lost"] == 0


def test_a_port_that_is_taken_costs_no_picture(push: Callable[..., Program], rtsp: str, receiver_url: str) -> None:
    taken = receiver_url.split(":")[2].split("/")[0]
    program = push(f"{rtsp}/cam-001-sheikh-zayed", receiver_url, HTTP_PORT=taken, **LOOPBACK)
    assert program.wait_for("http_disabled")["code"] == "http_port_taken"
    program.wait_for("playing")
