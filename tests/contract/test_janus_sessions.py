"""What only Janus needs: its sessions never time out, so none may be left that no row of ours explains."""

from __future__ import annotations

import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from pytest_django import Settings

from cctv import clock
from streaming.media import janus_client, janus_keys, janus_rooms, janus_signalling, names
from streaming.media.janus_client import Handle
from streaming.media.ports import MediaError
from streaming.models import JanusIngest, JanusPeer, Reservation
from tests.contract.benches import janus as bench
from tests.contract.benches import janus_server
from tests.contract.sfu_bench import CAMERA, JanusBench, reservation, until

__all__ = ["bench", "janus_server"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def _empty(bench: JanusBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "offset", timedelta(0))
    bench.stop()
    bench.start()


def sessions() -> list[int]:
    with janus_rooms.admin(janus_rooms.deadline()) as admin:
        return list(admin.post("", {"janus": "list_sessions"})["sessions"])


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "offset", timedelta(minutes=1))


def left_behind(*, attached: bool, label: str = "contract/cam-contract") -> int:
    session = janus_keys.session_id(clock.now())
    with janus_rooms.api(janus_rooms.deadline()) as api:
        if attached:
            janus_client.open_handle(api, session, label)
        else:
            api.post("", {"janus": "create", "id": session})
    return session


@pytest.mark.parametrize("attached", [True, False])
def test_a_session_without_a_row_is_swept_after_its_grace(
    bench: JanusBench, monkeypatch: pytest.MonkeyPatch, attached: bool
) -> None:
    session = left_behind(attached=attached)
    assert bench.sfu.sweep() == 0
    later(monkeypatch)
    assert bench.sfu.orphans() == [session]
    assert bench.sfu.sweep() == 1
    assert sessions() == []


def test_another_instances_session_is_left_alone(bench: JanusBench, monkeypatch: pytest.MonkeyPatch) -> None:
    session = left_behind(attached=True, label="another/cam-contract")
    later(monkeypatch)
    assert bench.sfu.sweep() == 0
    assert sessions() == [session]


def test_sessions_in_use_are_not_swept(bench: JanusBench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1))
    viewer = bench.view(reservation())
    viewer.receives()
    later(monkeypatch)
    assert bench.sfu.sweep() == 0
    viewer.receives()


def test_the_peer_of_an_ended_reservation_is_swept(bench: JanusBench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1))
    bench.view(reservation()).receives()
    Reservation.objects.update(state="REVOKED")
    later(monkeypatch)
    assert bench.sfu.sweep() == 1
    assert not JanusPeer.objects.exists()
    assert len(sessions()) == 1


def test_no_operation_leaves_a_session(bench: JanusBench) -> None:
    bench.sfu.create_ingest(CAMERA, 1)
    bench.sfu.list_rooms()
    with pytest.raises(MediaError, match="stream_not_live"):
        bench.sfu.viewer_offer(CAMERA, reservation())
    with pytest.raises(MediaError, match="bad_sdp"):
        bench.sfu.whip_publish(CAMERA, janus_keys.ingest_key(CAMERA, 1), "v=0\r\nm=video garbage")
    bench.sfu.delete_ingests(CAMERA, up_to=1)
    assert sessions() == []
    assert not JanusPeer.objects.exists()


def test_a_lost_publisher_session_does_not_hold_the_identity(bench: JanusBench) -> None:
    ingest = bench.sfu.create_ingest(CAMERA, 1)
    bench.publish(ingest)
    JanusIngest.objects.update(session_id=None, handle_id=None)
    bench.publish(ingest)


def test_of_publishers_at_once_one_remains(bench: JanusBench) -> None:
    ingest = bench.sfu.create_ingest(CAMERA, 1)
    together = [bench.start_publisher(ingest) for _ in range(5)]
    until(lambda: sum("event" in said for peer in together for said in peer.said) >= len(together))
    until(lambda: bench.sfu.publisher(CAMERA) is not None)
    until(lambda: len(sessions()) == 1)


def test_many_offers_at_once_leave_one_session_each(bench: JanusBench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1))
    leases = [reservation() for _ in range(15)]
    with ThreadPoolExecutor(15) as pool:
        refusals = set(pool.map(lambda lease: refusal_of_offer(bench, lease), leases * 2))
    # Of two that ask for the same viewer at once, one may be told that the other won.
    assert refusals <= {None, "superseded"}
    assert len(sessions()) == 1 + len(leases)
    bench.sfu.delete_room(CAMERA)
    assert sessions() == []


def test_whose_session_is_ended_under_his_hands_was_superseded(
    bench: JanusBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1))
    subscribe = janus_signalling._subscribe

    def ended_by_another(handle: Handle, camera_id: str) -> Any:
        janus_client.destroy_session(handle._http, handle.session_id)
        return subscribe(handle, camera_id)

    monkeypatch.setattr(janus_signalling, "_subscribe", ended_by_another)
    assert refusal_of_offer(bench, reservation()) == "superseded"


def refusal_of_offer(bench: JanusBench, lease: str) -> str | None:
    try:
        bench.sfu.viewer_offer(CAMERA, lease)
    except MediaError as error:
        return error.code
    finally:
        connections.close_all()
    return None


def test_a_key_revoked_while_it_publishes_publishes_nothing(bench: JanusBench, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest = bench.sfu.create_ingest(CAMERA, 1)
    publisher = names.publisher

    def revoked_meanwhile(camera_id: str) -> str:
        JanusIngest.objects.update(revoked_at=clock.now())
        return publisher(camera_id)

    monkeypatch.setattr("streaming.media.janus_signalling.names.publisher", revoked_meanwhile)
    peer = bench.start_publisher(ingest)
    until(lambda: {"event": "refused", "status": 409} in peer.said)
    assert sessions() == []


def test_deleting_the_whip_resource_ends_only_its_own_session(bench: JanusBench) -> None:
    ingest = bench.sfu.create_ingest(CAMERA, 1)
    bench.publish(ingest)
    key, session = ingest.key.reveal(), JanusIngest.objects.get().session_id
    assert session is not None
    bench.sfu.whip_delete(CAMERA, key, "another")
    assert bench.sfu.publisher(CAMERA) is not None
    bench.sfu.whip_delete(CAMERA, key, janus_keys.resource(session))
    assert bench.sfu.publisher(CAMERA) is None
    assert sessions() == []


def test_an_answer_needs_an_offer_of_a_living_peer(bench: JanusBench) -> None:
    lease = reservation()
    with pytest.raises(MediaError, match="peer_gone"):
        bench.sfu.viewer_answer(CAMERA, lease, "v=0\r\nm=video ")
    bench.publish(bench.sfu.create_ingest(CAMERA, 1))
    bench.sfu.viewer_offer(CAMERA, lease)
    with pytest.raises(MediaError, match="bad_sdp"):
        bench.sfu.viewer_answer(CAMERA, lease, "garbage")
    bench.sfu.remove_participant(CAMERA, names.viewer(lease))
    with pytest.raises(MediaError, match="peer_gone"):
        bench.sfu.viewer_answer(CAMERA, lease, "v=0\r\nm=video ")


def test_a_room_of_another_instance_is_not_touched(bench: JanusBench, settings: Settings) -> None:
    bench.sfu.ensure_room(CAMERA)
    settings.INSTANCE_ID = "another"
    assert bench.sfu.list_rooms() == []
    with pytest.raises(MediaError, match="name_taken"):
        bench.sfu.ensure_room(CAMERA)
    bench.sfu.delete_room(CAMERA)
    settings.INSTANCE_ID = "contract"
    assert bench.sfu.list_rooms() == [CAMERA]


def test_a_silent_server_holds_a_call_no_longer_than_the_timeout(bench: JanusBench, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.JANUS_URL = f"http://127.0.0.1:{silent.getsockname()[1]}/janus"
        settings.MEDIA_CALL_TIMEOUT = 0.3
        began = time.monotonic()
        with pytest.raises(MediaError, match="sfu_unreachable"):
            bench.sfu.ensure_room(CAMERA)
        assert time.monotonic() - began < 1.0
    settings.JANUS_URL = bench.server.settings["JANUS_URL"]


def test_janus_ends_on_sigterm_with_peers(bench: JanusBench) -> None:
    bench.publish(bench.sfu.create_ingest(CAMERA, 1))
    began = time.monotonic()
    assert bench.server.stop() == 0
    assert time.monotonic() - began < 3.0


def test_janus_writes_no_file_but_its_log(bench: JanusBench) -> None:
    assert bench.server.process is not None
    open_files = [link.readlink() for link in Path(f"/proc/{bench.server.process.pid}/fd").iterdir()]
    written = {str(path) for path in open_files if path.is_file() and path.suffix not in (".jcfg", ".so")}
    assert written <= {str(bench.server.log)}


def test_a_publisher_without_media_is_there_and_does_not_publish(bench: JanusBench) -> None:
    pusher = bench.publish(bench.sfu.create_ingest(CAMERA, 3))
    os.kill(pusher.process.pid, signal.SIGSTOP)
    until(lambda: bench.sfu.publisher(CAMERA) is None, 5)
    (found,) = bench.sfu.participants(CAMERA)
    os.kill(pusher.process.pid, signal.SIGCONT)
    assert (found.identity, found.publishing, found.generation) == (names.publisher(CAMERA), False, 3)
    until(lambda: bench.sfu.publisher(CAMERA) is not None, 5)
