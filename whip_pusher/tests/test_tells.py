"""A run can be asked how it is, and says what it carries."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from whip_pusher.tests.conftest import LOOPBACK
from whip_pusher.tests.janus_sfu import free_port
from whip_pusher.tests.programs import Program, cameras

pytestmark = pytest.mark.slow


def get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=3) as reply:
        text: str = reply.read().decode()
    return text


def health(port: int) -> tuple[int, dict[str, str]]:
    """The status of /healthz and what it says."""
    try:
        return 200, json.loads(get(port, "/healthz"))
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def sick(port: int, *, within: float) -> dict[str, str]:
    until = time.monotonic() + within
    while (found := health(port))[0] == 200:
        assert time.monotonic() < until, found
        time.sleep(0.05)
    return found[1]


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


def test_a_run_whose_camera_is_away_is_not_healthy_until_it_is_back(
    push: Callable[..., Program], receiver_url: str
) -> None:
    port, camera = free_port(), free_port()
    source = cameras(camera, "--extra", "1")
    try:
        url = f"rtsp://127.0.0.1:{camera}/cam-006-demo"
        program = push(url, receiver_url, HTTP_PORT=str(port), RECONNECT_SECONDS="20", **LOOPBACK)
        program.wait_for("playing")
        assert health(port)[0] == 200
        source.process.kill()
        lost = program.wait_for("source_lost")
        told = sick(port, within=1)
        assert (told["state"], told["reason"]) == ("waiting", lost["code"])
        source.stop()
        source = cameras(camera, "--extra", "1")
        program.wait_for("source_back", 6)
        assert health(port)[0] == 200
    finally:
        source.stop()


def test_a_port_that_is_taken_costs_no_picture(push: Callable[..., Program], rtsp: str, receiver_url: str) -> None:
    taken = receiver_url.split(":")[2].split("/")[0]
    program = push(f"{rtsp}/cam-001-sheikh-zayed", receiver_url, HTTP_PORT=taken, **LOOPBACK)
    assert program.wait_for("http_disabled")["code"] == "http_port_taken"
    program.wait_for("playing")
