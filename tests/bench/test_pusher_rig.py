"""What the measurements of the pusher alone stand on: the door, the rooms of a real Janus, and the receiver."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from subprocess import Popen
from typing import Any

import pytest

from bench.pusher.door import Door, Gone
from bench.pusher.rig import DEMO_CAMERAS, end, rig, waiting

CAMERA = "cam-006-demo"


@pytest.fixture
def ended() -> list[str]:
    return []


@pytest.fixture
def door(ended: list[str]) -> Iterator[Door]:
    def take(name: str, offer: str) -> str:
        if name == "nobody":
            raise Gone
        return f"answer to {offer}"

    found = Door(take, ended.append)
    yield found
    found.close()


def ask(url: str, method: str, body: bytes | None = None):
    return urllib.request.urlopen(urllib.request.Request(url, body, method=method), timeout=5)


def test_the_door_answers_an_offer_and_knows_when(door: Door, ended: list[str]):
    before = time.time()
    with ask(door.url("cam-a"), "POST", b"v=0") as reply:
        assert (reply.status, reply.read(), reply.headers["Location"]) == (201, b"answer to v=0", "/whip/cam-a")
    assert before <= door.answered_at["cam-a"] <= time.time()
    ask(door.url("cam-a"), "DELETE").close()
    assert ended == ["cam-a"]


def test_the_door_of_an_sfu_that_is_gone_says_try_again(door: Door):
    with pytest.raises(urllib.error.HTTPError, match="503"):
        ask(door.url("nobody"), "POST", b"v=0")


@pytest.mark.slow
def test_a_receiver_sees_through_janus_what_a_pusher_publishes_and_all_of_it_ends():
    with rig() as bench:
        cameras, rooms = bench.cameras(*DEMO_CAMERAS, "--extra", "1"), bench.rooms()
        receiver, url = bench.receiver()
        pusher = bench.pusher("watched", cameras.url(CAMERA), rooms.door.url("watched"))
        pusher.wait_for("playing")
        rooms.watch("watched", url)
        frame = receiver.wait_for("frame", session="watched")
        assert 0 < frame["age_ms"] < 2000
        end(pusher)
        assert [line["code"] for line in waiting(pusher) if line["event"] == "exit"] == ["ok"]
        assert rooms.published == {}
    processes: list[Popen[Any]] = [cameras.program.process, receiver.process, pusher.process, rooms.janus.process]
    assert all(process.poll() is not None for process in processes)
    assert not bench.folder.exists()
