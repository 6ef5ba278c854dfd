"""The contract of the `Sfu` port with real media: published by GStreamer, decoded by GStreamer and Chromium."""

from __future__ import annotations

import pytest

from streaming.media import names
from streaming.media.ports import MediaError
from tests.contract.benches import janus_server, livekit_servers
from tests.contract.benches import media as bench
from tests.contract.sfu_bench import CAMERA, Bench, reservation, until

__all__ = ["bench", "janus_server", "livekit_servers"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def identities(at: Bench) -> set[tuple[str, bool]]:
    return {(found.identity, found.publishing) for found in at.sfu.participants(CAMERA)}


def test_the_publisher_is_seen_with_its_generation(bench: Bench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 4))
    found = bench.sfu.publisher(CAMERA)
    assert found is not None
    assert (found.identity, found.publishing, found.generation) == (names.publisher(CAMERA), True, 4)
    assert bench.sfu.people() == {CAMERA: [found]}


def test_a_publisher_that_died_is_not_seen_for_long(bench: Bench) -> None:
    pusher = bench.publish(bench.sfu.create_ingest(CAMERA, 1))
    pusher.end()
    until(lambda: bench.sfu.publisher(CAMERA) is None, bench.expected.publisher_stays)


def test_two_viewers_watch_and_one_is_removed(bench: Bench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1))
    stays, goes = reservation(), reservation()
    stayer, goer = bench.view(stays), bench.view(goes)
    stayer.receives()
    goer.receives()
    publisher = (names.publisher(CAMERA), True)
    assert identities(bench) == {publisher, (names.viewer(stays), False), (names.viewer(goes), False)}
    bench.sfu.remove_participant(CAMERA, names.viewer(goes))
    assert identities(bench) == {publisher, (names.viewer(stays), False)}
    goer.receives_nothing()
    stayer.receives()


@pytest.mark.parametrize("level", ["42e01f", "640028"])
def test_a_browser_decodes_whatever_profile_is_offered(bench: Bench, level: str) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1), PROFILE_LEVEL=level)
    bench.browse(reservation()).receives()


def test_a_viewer_that_vanished_is_no_participant_for_long(bench: Bench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1))
    viewer = bench.view(reservation())
    viewer.receives()
    viewer.end()
    until(lambda: identities(bench) == {(names.publisher(CAMERA), True)}, 70.0)


def test_the_next_generation_replaces_the_publisher(bench: Bench) -> None:
    old = bench.publish(bench.sfu.create_ingest(CAMERA, 1))
    lease = reservation()
    bench.view(lease).receives()
    bench.publish(bench.sfu.create_ingest(CAMERA, 2))
    assert [(p.identity, p.generation) for p in bench.sfu.participants(CAMERA) if p.publishing] == [
        (names.publisher(CAMERA), 2)
    ]
    bench.view(lease).receives()
    assert old.process.poll() is None
    bench.sfu.delete_ingests(CAMERA, up_to=1)
    found = bench.sfu.publisher(CAMERA)
    assert found is not None
    assert found.generation == 2


def test_a_deleted_ingests_publisher_is_gone(bench: Bench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1))
    viewer = bench.view(reservation())
    viewer.receives()
    bench.sfu.delete_ingests(CAMERA, up_to=1)
    assert bench.sfu.publisher(CAMERA) is None
    viewer.receives_nothing()


def test_a_deleted_room_is_empty(bench: Bench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1))
    bench.view(reservation()).receives()
    bench.sfu.delete_room(CAMERA)
    assert bench.sfu.participants(CAMERA) == []
    assert bench.sfu.list_rooms() == []


def test_media_flows_again_after_the_sfu_restarted(bench: Bench) -> None:
    ingest = bench.sfu.create_ingest(CAMERA, 1)
    bench.publish(ingest)
    bench.stop()
    with pytest.raises(MediaError, match="sfu_unreachable"):
        bench.sfu.publisher(CAMERA)
    bench.start()
    assert bench.sfu.publisher(CAMERA) is None
    bench.publish(bench.sfu.create_ingest(CAMERA, 2))
    bench.view(reservation()).receives()
