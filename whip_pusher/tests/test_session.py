"""A session that was published is ended, whenever its answer comes."""

from __future__ import annotations

import queue
import socket
import time
from collections.abc import Iterator

import pytest

from whip_pusher import whip
from whip_pusher.exits import Exit
from whip_pusher.redact import Secret
from whip_pusher.session import WhipSession
from whip_pusher.tests.conftest import KEY
from whip_pusher.tests.janus_sfu import Whip

ANSWER = "v=0\r\ns=-\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"


@pytest.fixture
def answers() -> queue.Queue[str]:
    return queue.Queue()


@pytest.fixture
def session(whip: Whip, answers: queue.Queue[str]) -> WhipSession:
    whip.refusal = (201, ANSWER)
    return WhipSession(
        whip.url, Secret(KEY), timeout=5, connect=5, on_answer=answers.put, on_error=lambda *why: answers.put(str(why))
    )


def wait(session: WhipSession, seconds: float) -> None:
    session.wait(time.monotonic() + seconds)


def test_it_is_ended_once(whip: Whip, session: WhipSession, answers: queue.Queue[str]) -> None:
    session.publish("v=0")
    assert answers.get(timeout=5) == ANSWER
    session.leave()
    session.leave()
    wait(session, 5)
    assert (whip.deleted, session.ended) == (["refused"], True)


def test_one_that_was_left_before_it_was_answered_is_ended_too(
    whip: Whip, session: WhipSession, answers: queue.Queue[str]
) -> None:
    whip.delay = 0.5
    session.publish("v=0")
    assert whip.posted.wait(5)
    session.leave()
    wait(session, 5)
    assert whip.deleted == ["refused"]
    assert answers.empty()


def test_nobody_waits_longer_than_told(whip: Whip, session: WhipSession) -> None:
    whip.delay = 2
    session.publish("v=0")
    assert whip.posted.wait(5)
    session.leave()
    began = time.monotonic()
    wait(session, 0.2)
    assert time.monotonic() - began < 1
    assert not session.ended


@pytest.fixture
def swallowing() -> Iterator[int]:
    """A port that answers no SYN: its queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        yield port
        for each in waiting:
            each.close()


def test_packets_that_vanish_are_given_up_before_tcp_does(swallowing: int) -> None:
    began = time.monotonic()
    with pytest.raises(whip.WhipError) as caught:
        whip.publish(f"http://127.0.0.1:{swallowing}/whip", KEY, "v=0", timeout=8, connect=0.5)
    assert caught.value.exit is Exit.SFU_GONE
    assert time.monotonic() - began < 3
