"""Only with the real LiveKit and Ingress: our own pusher, what a killed server leaves behind, and who signs webhooks.

Not collected where the servers are not found (tests/contract/conftest.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from livekit.api import CreateRoomRequest, ListParticipantsRequest, ListParticipantsResponse, Room
from pytest_django import Settings

from streaming.media import livekit_events, names
from streaming.media.livekit_client import LiveKit
from streaming.media.ports import Ingest, MediaError
from tests.contract.benches import livekit_servers
from tests.contract.livekit_bench import REAL, LiveKitBench
from tests.contract.livekit_servers import LOOPBACK, LiveKitServers
from tests.contract.real_servers import free_port
from tests.contract.sfu_bench import CAMERA, OTHER, make_cameras, reservation, until
from whip_pusher.tests.programs import Program, cameras, pusher

__all__ = ["livekit_servers"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SOURCE = "cam-002-metro-station"
LAYERED = "cam-004-taxi-airport"
ROOM = names.room(CAMERA)
CLOCK_SKEW = "clock skew"  # in "received sender report, clock skew", "…, clock skew against media path"
SKEW_LOOKS = 4  # lines of statistics, 5 s each: enough reports to judge by


@pytest.fixture(params=sorted(REAL))
def bench(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[LiveKitBench]:
    make_cameras()
    with REAL[request.param](request) as made:
        yield made


@pytest.fixture
def ingress(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[LiveKitBench]:
    make_cameras()
    with REAL["livekit-ingress"](request) as made:
        yield made


@pytest.fixture
def whip(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[LiveKitBench]:
    make_cameras()
    with REAL["livekit-whip"](request) as made:
        yield made


@pytest.fixture(scope="module")
def source() -> Iterator[str]:
    """The RTSP URL of a demo camera."""
    port = free_port()
    served = cameras(port)
    yield f"rtsp://{LOOPBACK}:{port}/{SOURCE}"
    served.stop()


def push(bench: LiveKitBench, source: str, ingest: Ingest, **env: str) -> Program:
    """Our own pusher, publishing."""
    made = pusher(source, ingest.whip_url, ingest.key.reveal(), ICE_ADDRESSES=LOOPBACK, **env)
    made.wait_for("playing")
    until(lambda: (found := bench.sfu.publisher(CAMERA)) and found.generation == ingest.generation)
    return made


def test_our_pusher_is_seen_watched_and_gone_when_it_ends(bench: LiveKitBench, source: str) -> None:
    bench.sfu.ensure_room(CAMERA)
    running = push(bench, source, bench.sfu.create_ingest(CAMERA, 3))
    bench.view(reservation()).receives()
    running.terminate()
    assert running.process.returncode == 0
    until(lambda: bench.sfu.publisher(CAMERA) is None, 2.0)


@pytest.mark.parametrize(
    ("mount", "env"), [(SOURCE, {"AUDIO": "on"}), (LAYERED, {})], ids=["transcoded with sound", "passed"]
)
def test_the_sfu_finds_no_skew_in_our_clock(
    bench: LiveKitBench, livekit_servers: LiveKitServers, source: str, mount: str, env: dict[str, str]
) -> None:
    """It compares the NTP and RTP times of our sender reports with each other and with the media."""
    before = len(livekit_servers.livekit.said())
    running = push(bench, source.replace(SOURCE, mount), bench.sfu.create_ingest(CAMERA, 3), **env)
    for _ in range(SKEW_LOOKS):
        running.wait_for("stats", state="playing")
    assert [line for line in livekit_servers.livekit.said()[before:].splitlines() if CLOCK_SKEW in line] == []


@pytest.mark.parametrize("generation", range(1, 6))  # it once gave the names away at random
def test_each_layer_keeps_its_name_and_its_place(whip: LiveKitBench, source: str, generation: int) -> None:
    ingest, main = whip.sfu.create_ingest(CAMERA, generation), source.replace(SOURCE, LAYERED)
    running = push(whip, main, ingest, SUB_RTSP_URL=f"{main}-sub", LAYERS="high,low")
    until(lambda: {width for *_, width in _tracks()} == {640, 1280}, 15.0)
    assert _tracks() == {("video0", "high", 1280), ("video1", "low", 640)}
    running.terminate()


def _tracks() -> set[tuple[str, str, int]]:
    """What LiveKit holds in the room: the line's mid, the name that our pusher gave it, the picture's width."""
    with LiveKit() as api:
        there = api.room("ListParticipants", ListParticipantsRequest(room=ROOM), ListParticipantsResponse, ROOM)
    return {(track.mid, track.codecs[0].cid, track.width) for who in there.participants for track in who.tracks}


def test_our_pusher_ends_when_its_ingest_is_deleted(bench: LiveKitBench, source: str) -> None:
    running = push(bench, source, bench.sfu.create_ingest(CAMERA, 3))
    bench.sfu.delete_ingests(CAMERA, up_to=3)
    assert bench.sfu.publisher(CAMERA) is None
    assert running.ended()["code"] == "sfu_gone"


def test_our_pusher_knows_an_ended_ingest_by_its_key(ingress: LiveKitBench, source: str) -> None:
    ingest = ingress.sfu.create_ingest(CAMERA, 3)
    ingress.sfu.delete_ingests(CAMERA, up_to=3)
    refused = pusher(source, ingest.whip_url, ingest.key.reveal(), ICE_ADDRESSES=LOOPBACK)
    assert refused.ended()["code"] == "whip_unauthorised"


def test_an_ingest_goes_though_its_worker_is_dead(ingress: LiveKitBench, livekit_servers: LiveKitServers) -> None:
    ingress.publish(ingress.sfu.create_ingest(CAMERA, 1))
    assert livekit_servers.ingress is not None
    livekit_servers.ingress.kill()
    ingress.sfu.delete_ingests(CAMERA, up_to=1)
    assert (ingress.sfu.publisher(CAMERA), ingress.sfu.list_ingests()) == (None, [])
    livekit_servers.ingress.start()
    ingress.publish(ingress.sfu.create_ingest(CAMERA, 2))


def test_a_killed_livekits_participants_are_not_told(bench: LiveKitBench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1)).end()
    bench.stop()
    bench.start()
    assert bench.sfu.list_rooms() == [CAMERA]
    assert (bench.sfu.publisher(CAMERA), bench.sfu.participants(CAMERA)) == (None, [])


def test_a_room_that_livekit_made_by_itself_is_made_anew(whip: LiveKitBench) -> None:
    with LiveKit() as api:
        api.room("CreateRoom", CreateRoomRequest(name=ROOM), Room)
    assert whip.sfu.list_rooms() == []
    whip.sfu.ensure_room(CAMERA)
    assert whip.sfu.list_rooms() == [CAMERA]
    whip.publish(whip.sfu.create_ingest(CAMERA, 1))


def test_a_late_token_makes_a_room_of_ours(whip: LiveKitBench) -> None:
    ingest = whip.sfu.create_ingest(CAMERA, 1)
    whip.sfu.delete_room(CAMERA)
    whip.publish(ingest)
    assert whip.sfu.list_rooms() == [CAMERA]
    whip.sfu.ensure_room(CAMERA)


def test_a_publisher_that_came_with_an_old_token_is_removed(whip: LiveKitBench) -> None:
    old = whip.sfu.create_ingest(CAMERA, 1)
    whip.publish(whip.sfu.create_ingest(CAMERA, 2))
    whip.publish(old)
    whip.sfu.delete_ingests(CAMERA, up_to=1)
    assert whip.sfu.publisher(CAMERA) is None
    whip.publish(whip.sfu.create_ingest(CAMERA, 2))


def test_another_key_is_refused(bench: LiveKitBench, settings: Settings) -> None:
    good, settings.LIVEKIT_API_SECRET = settings.LIVEKIT_API_SECRET, "wrong" * 8
    with pytest.raises(MediaError, match="sfu_unauthorised"):
        bench.sfu.list_rooms()
    settings.LIVEKIT_API_SECRET = good
    assert bench.sfu.list_rooms() == []


def test_a_viewers_token_opens_its_own_room_only(whip: LiveKitBench) -> None:
    whip.publish(whip.sfu.create_ingest(OTHER, 1))
    whip.sfu.ensure_room(CAMERA)
    viewer = whip.view(reservation())
    until(lambda: {"event": "joined"} in viewer.said, 15.0)
    assert [who.identity for who in whip.sfu.participants(OTHER)] == [names.publisher(OTHER)]
    assert viewer.frames == 0


def test_webhooks_are_read_as_livekit_signs_them(ingress: LiveKitBench, livekit_servers: LiveKitServers) -> None:
    taken = livekit_servers.hooks.taken
    taken.clear()
    ingress.publish(ingress.sfu.create_ingest(CAMERA, 1))
    ingress.sfu.delete_ingests(CAMERA, up_to=1)
    ingress.sfu.delete_room(CAMERA)
    until(lambda: any(json.loads(body)["event"] == "room_finished" for _, body in taken), 5.0)
    told = [one for token, body in taken if (one := livekit_events.read(body, token)).ours]
    assert {"room_started", "ingress_started", "participant_left", "room_finished"} <= {one.event for one in told}
    assert any(one.publisher for one in told if one.event == "participant_left")
