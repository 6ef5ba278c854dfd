"""Each refusal of the SFU's side ends the program with its own code, and SIGTERM ends it cleanly at any time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from deploy.demo.clock_strip import camera_number
from whip_pusher.tests.conftest import KEY, LOOPBACK
from whip_pusher.tests.declining_sfu import Declining
from whip_pusher.tests.janus_sfu import Whip, free_port
from whip_pusher.tests.programs import Program

pytestmark = pytest.mark.slow
Push = Callable[..., Program]


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (401, "", "whip_unauthorised"),
        (404, "", "whip_unauthorised"),
        (400, "", "whip_refused"),
        (500, "", "sfu_gone"),
        (201, "this is no SDP", "sfu_gone"),
        (201, "v=0\r\nm=video 9 nonsense\r\n", "sfu_gone"),
    ],
)
def test_each_answer_has_its_code(push: Push, rtsp: str, whip: Whip, status: int, body: str, code: str) -> None:
    whip.refusal = (status, body)
    program = push(f"{rtsp}/cam-001-sheikh-zayed", whip.url, NEGOTIATION_TIMEOUT="2")
    assert program.ended()["code"] == code
    assert len(whip.deleted) == (1 if status == 201 else 0)


def test_an_endpoint_that_is_gone(push: Push, rtsp: str) -> None:
    program = push(f"{rtsp}/cam-001-sheikh-zayed", f"http://127.0.0.1:{free_port()}/whip")
    assert program.ended()["code"] == "sfu_gone"


def test_sigterm_while_playing_deletes_and_exits_with_zero(
    push: Push, rtsp: str, receiver: Program, receiver_url: str
) -> None:
    program = push(f"{rtsp}/cam-001-sheikh-zayed", receiver_url, KEY, **LOOPBACK)
    program.wait_for("playing")
    assert program.terminate() < 2
    receiver.wait_for("deleted", 2)
    assert program.ended()["code"] == "ok"


@pytest.mark.parametrize("delay", [0.5, 1.0])
def test_sigterm_during_the_post_still_deletes(push: Push, rtsp: str, whip: Whip, delay: float) -> None:
    whip.refusal, whip.delay = (201, "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"), delay
    program = push(f"{rtsp}/cam-001-sheikh-zayed", whip.url)
    whip.posted.wait(10)
    assert program.terminate() < 2
    assert program.ended()["code"] == "ok"
    assert len(whip.deleted) == 1


def test_sigterm_before_the_camera_answered(push: Push, whip: Whip) -> None:
    program = push("rtsp://127.0.0.1:1/never", whip.url)
    program.wait_for("starting")
    time.sleep(0.02)
    assert program.terminate() < 2
    assert not whip.posts


def test_an_sfu_that_takes_one_of_two_layers_is_fed_that_one(
    push: Push, rtsp: str, receiver: Program, receiver_url: str
) -> None:
    sfu = Declining(f"{receiver_url}/one-of-two", 1)
    main, sub = f"{rtsp}/cam-001-sheikh-zayed", f"{rtsp}/cam-002-metro-station"
    program = push(main, sfu.url, SUB_RTSP_URL=sub, LAYERS="high,low", **LOOPBACK)
    receiver.wait_for("frame", session="one-of-two", camera=camera_number("cam-001-sheikh-zayed"))
    for _ in range(2):
        assert program.wait_for("stats", state="playing")["sessions"] == 1
    assert program.terminate() < 2
    sfu.stop()
