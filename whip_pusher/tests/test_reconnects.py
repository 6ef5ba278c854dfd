"""What was lost comes back in the same process: a camera within its track, an SFU by a new session."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from whip_pusher.tests.conftest import KEY, LOOPBACK
from whip_pusher.tests.janus_sfu import Janus, Whip, free_port
from whip_pusher.tests.programs import Program, cameras

pytestmark = pytest.mark.slow
Push = Callable[..., Program]


@pytest.fixture
def port() -> int:
    return free_port()


def fresh_frame(receiver: Program) -> None:
    """One that arrives from now on."""
    while not receiver.lines.empty():
        receiver.lines.get_nowait()
    receiver.wait_for("frame")


@pytest.mark.parametrize("how", ["kill", "freeze"])
def test_a_camera_that_comes_back_is_seen_again(
    push: Push, receiver: Program, receiver_url: str, port: int, how: str
) -> None:
    source = cameras(port, "--extra", "1")
    program = push(f"rtsp://127.0.0.1:{port}/cam-006-demo", receiver_url, RECONNECT_SECONDS="20", **LOOPBACK)
    program.wait_for("playing")
    source.process.kill() if how == "kill" else source.freeze()
    assert program.wait_for("source_lost")["code"] in {"source_stalled", "source_unreachable"}
    time.sleep(2)
    source.stop()
    source = cameras(port, "--extra", "1")
    back = time.monotonic()
    program.wait_for("source_back", 6)
    fresh_frame(receiver)
    assert time.monotonic() - back < 6
    assert program.terminate() < 2
    source.stop()


def test_a_camera_that_stays_away_ends_the_run_when_the_time_is_over(push: Push, receiver_url: str, port: int) -> None:
    source = cameras(port, "--extra", "1")
    program = push(f"rtsp://127.0.0.1:{port}/cam-006-demo", receiver_url, RECONNECT_SECONDS="3", **LOOPBACK)
    program.wait_for("playing")
    source.process.kill()
    program.wait_for("source_lost")
    lost = time.monotonic()
    assert program.ended(12)["code"] == "source_stalled"
    assert 2.5 < time.monotonic() - lost < 7
    source.stop()


def not_said(program: Program, *words: str) -> bool:
    """An SFU's loss is not to be the camera's, too."""
    return not any(word in line for line in program.output for word in words)


def test_a_push_that_is_inside_a_peer_comes_back_before_that_is_closed(receiver_url: str) -> None:
    """Otherwise it would be refused, and the camera's streaming end with the session."""
    program = Program("-m", "whip_pusher.tests.closing_peer", receiver_url, KEY)
    closed = program.wait_for("closed", 30)
    program.stop()
    assert (closed["flow"], closed["goes_on"]) == ("ok", True)


def test_an_sfu_that_forgot_the_session_gets_another(push: Push, rtsp: str, janus: Janus, janus_whip: Whip) -> None:
    program = push(f"{rtsp}/cam-001-sheikh-zayed", janus_whip.url, RTCP_TIMEOUT="2", RECONNECT_SECONDS="20")
    program.wait_for("playing")
    ((first, _),) = janus_whip.sessions.values()
    janus.call(f"/{first}", janus="destroy")
    janus_whip.sessions.clear()
    program.wait_for("session_lost", 8)
    assert program.wait_for("whip_connected", 8)["sessions"] == 2
    ((second, handle),) = janus_whip.sessions.values()
    time.sleep(1)
    assert janus.received(second, handle) > 10
    assert janus_whip.deleted == [str(first)]
    assert not_said(program, "CRITICAL", "source_lost")
    assert program.terminate() < 2


def arrived(sfu: Janus, session: int, handle: int) -> int:
    """Packets so far, after a while."""
    time.sleep(1)
    return sfu.received(session, handle)


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[tuple[Janus, Whip]]:
    """A Janus of the test's own."""
    sfu = Janus(tmp_path)
    endpoint = Whip(sfu, KEY)
    yield sfu, endpoint
    sfu.stop()
    endpoint.stop()


def test_an_sfu_that_comes_back_is_sent_to_again(push: Push, rtsp: str, mortal: tuple[Janus, Whip]) -> None:
    """Also after several tries; each of them gives back what it took."""
    sfu, endpoint = mortal
    program = push(f"{rtsp}/cam-001-sheikh-zayed", endpoint.url, RTCP_TIMEOUT="2", RECONNECT_SECONDS="20")
    program.wait_for("playing")
    before = program.wait_for("stats", state="playing")["threads"]
    sfu.stop()
    program.wait_for("session_lost", 8)
    time.sleep(8)
    endpoint.sessions.clear()
    sfu.start()
    back = time.monotonic()
    assert program.wait_for("whip_connected", 8)["sessions"] == 2
    assert time.monotonic() - back < 4
    ((session, handle),) = endpoint.sessions.values()
    received = [arrived(sfu, session, handle) for _ in range(3)]
    assert 0 < received[0] < received[1] < received[2]
    program.wait_for("stats", state="playing")
    assert program.wait_for("stats", state="playing")["threads"] <= before + 2
    assert not_said(program, "CRITICAL", "source_lost")


def test_a_key_that_is_refused_meanwhile_ends_the_run(push: Push, rtsp: str, janus: Janus, janus_whip: Whip) -> None:
    """The control plane has begun a new generation."""
    program = push(f"{rtsp}/cam-001-sheikh-zayed", janus_whip.url, RTCP_TIMEOUT="2", RECONNECT_SECONDS="20")
    program.wait_for("playing")
    janus_whip.key = "another"
    ((session, _),) = janus_whip.sessions.values()
    janus.call(f"/{session}", janus="destroy")
    assert program.ended(12)["code"] == "whip_unauthorised"
