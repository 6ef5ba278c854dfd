"""The contract of the `Sfu` port without media, run on every adapter (streaming/media/ports.py)."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest

from streaming.media import names
from streaming.media.ports import Ingest, MediaError
from tests.contract.benches import bench, janus_server, keyed, livekit_servers
from tests.contract.sfu_bench import CAMERA, OTHER, Bench, reservation

__all__ = ["bench", "janus_server", "keyed", "livekit_servers"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def whip(ingest: Ingest, sdp: str, *, key: str | None = None) -> int:
    """The HTTP status of publishing this SDP."""
    bearer = ingest.key.reveal() if key is None else key
    headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {bearer}"}
    request = urllib.request.Request(ingest.whip_url, sdp.encode(), headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_room_may_be_asked_for_twice(bench: Bench) -> None:
    bench.sfu.ensure_room(CAMERA)
    bench.sfu.ensure_room(CAMERA)
    assert bench.sfu.list_rooms() == [CAMERA]


def test_people_are_told_of_every_room_empty_ones_too(bench: Bench) -> None:
    assert bench.sfu.people() == {}
    bench.sfu.ensure_room(CAMERA)
    assert bench.sfu.people() == {CAMERA: []}


def test_an_ingest_asked_for_twice_keeps_its_key(keyed: Bench) -> None:
    first, second = keyed.sfu.create_ingest(CAMERA, 3), keyed.sfu.create_ingest(CAMERA, 3)
    assert (first.ingest_id, first.key.reveal()) == (second.ingest_id, second.key.reveal())
    assert [(i.camera_id, i.generation, str(i.key)) for i in keyed.sfu.list_ingests()] == [(CAMERA, 3, "***")]
    assert not keyed.sfu.list_ingests()[0].key


def test_an_older_generation_gets_no_ingest(bench: Bench) -> None:
    bench.sfu.create_ingest(CAMERA, 3)
    with pytest.raises(MediaError, match="superseded"):
        bench.sfu.create_ingest(CAMERA, 2)


def test_an_older_generations_key_is_refused_for_good(keyed: Bench) -> None:
    old = keyed.sfu.create_ingest(CAMERA, 1)
    keyed.sfu.create_ingest(CAMERA, 2)
    assert whip(old, "v=0\r\nm=video ") == keyed.expected.wrong_key
    keyed.stop()
    keyed.start()
    type(keyed.sfu)().ensure_room(CAMERA)
    assert whip(old, "v=0\r\nm=video ") == keyed.expected.wrong_key


def test_a_deleted_ingest_does_not_come_back(bench: Bench) -> None:
    bench.sfu.create_ingest(CAMERA, 1)
    bench.sfu.delete_ingests(CAMERA, up_to=1)
    assert bench.sfu.list_ingests() == []
    with pytest.raises(MediaError, match="superseded"):
        bench.sfu.create_ingest(CAMERA, 1)


def test_a_deleted_ingests_key_is_refused(keyed: Bench) -> None:
    ingest = keyed.sfu.create_ingest(CAMERA, 1)
    keyed.sfu.delete_ingests(CAMERA, up_to=1)
    assert whip(ingest, "v=0\r\nm=video ") == keyed.expected.wrong_key


def test_deleting_older_ingests_leaves_the_newer_one(keyed: Bench) -> None:
    keyed.sfu.create_ingest(CAMERA, 2)
    keyed.sfu.delete_ingests(CAMERA, up_to=1)
    assert [ingest.generation for ingest in keyed.sfu.list_ingests()] == [2]


@pytest.mark.parametrize("key", ["", "nonsense", "0" * 64])
def test_a_wrong_key_is_refused(bench: Bench, key: str) -> None:
    assert whip(bench.sfu.create_ingest(CAMERA, 1), "v=0\r\nm=video ", key=key) == bench.expected.wrong_key


def test_another_cameras_key_does_not_lead_into_this_room(bench: Bench) -> None:
    ingest, other = bench.sfu.create_ingest(CAMERA, 1), bench.sfu.create_ingest(OTHER, 1)
    assert whip(ingest, "v=0\r\nm=video ", key=other.key.reveal()) == bench.expected.foreign_key
    assert bench.sfu.participants(CAMERA) == []


@pytest.mark.parametrize("sdp", ["", "garbage", "v=0\r\n", "v=0\r\nm=video garbage", "v=0\r\nm=video " + "x" * 200_000])
def test_garbage_sdp_is_refused_and_leaves_nobody(bench: Bench, sdp: str) -> None:
    ingest = bench.sfu.create_ingest(CAMERA, 1)
    assert whip(ingest, sdp) == bench.expected.bad_sdp.get(sdp, 400)
    assert bench.sfu.participants(CAMERA) == []


def test_what_is_gone_may_be_removed(bench: Bench) -> None:
    bench.sfu.delete_ingests(CAMERA, up_to=7)
    bench.sfu.remove_participant(CAMERA, names.viewer(reservation()))
    bench.sfu.remove_participant(CAMERA, names.publisher(CAMERA))
    bench.sfu.delete_room(CAMERA)
    assert bench.sfu.publisher(CAMERA) is None
    assert bench.sfu.list_rooms() == []


def test_a_dead_sfu_is_transient_trouble(bench: Bench) -> None:
    bench.sfu.create_ingest(CAMERA, 1)
    bench.stop()
    calls = [
        lambda: bench.sfu.ensure_room(CAMERA),
        lambda: bench.sfu.delete_ingests(CAMERA, up_to=1),
        lambda: bench.sfu.delete_room(CAMERA),
        lambda: bench.sfu.list_rooms(),
    ]
    for call in calls:
        with pytest.raises(MediaError, match="sfu_unreachable") as caught:
            call()
        assert not caught.value.permanent


def test_a_restarted_sfu_is_built_up_again(bench: Bench) -> None:
    bench.sfu.create_ingest(CAMERA, 1)
    bench.stop()
    bench.start()
    bench.sfu.create_ingest(CAMERA, 1)
    assert bench.sfu.list_rooms() == [CAMERA]
    assert bench.sfu.publisher(CAMERA) is None
    bench.sfu.delete_ingests(CAMERA, up_to=1)
    bench.sfu.delete_room(CAMERA)
    assert bench.sfu.list_rooms() == []
