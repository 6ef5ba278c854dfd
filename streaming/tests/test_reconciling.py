"""The reconciler on rows and a world in memory."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from cameras.services import camera_update
from streaming import tasks
from streaming.lifecycle import one_each, reconciling
from streaming.lifecycle.invariants import world_breaches
from streaming.lifecycle.reconciling import reconcile
from streaming.media import names
from streaming.media.ports import Ingest, MediaError, PusherStatus
from streaming.models import Reservation, Stream
from streaming.services.renewing import heartbeat
from streaming.tests.steps import lease_state, state, the_stream, watch
from tests.cast import make_camera

pytestmark = pytest.mark.django_db(transaction=True)


def stray(camera_id: str, generation: int = 1) -> PusherStatus:
    return PusherStatus(names.pusher(camera_id), camera_id, generation, running=True)


def test_what_has_no_row_is_removed_after_a_grace(camera_a, memory, later):
    memory.pushers["cam-a"] = stray("cam-a")
    memory.rooms.add("cam-a")
    reconcile()
    assert not memory.empty()
    later(11)
    reconcile()
    assert memory.empty()


def test_when_its_grace_is_over_a_pass_comes_out_of_turn(camera_a, memory, later, work, sent):
    memory.pushers["cam-a"] = stray("cam-a")
    reconcile()
    later(9)
    tasks.overdue()
    assert sent == []
    later(1.5)
    work()
    assert memory.empty()


def test_a_pass_out_of_turn_is_asked_for_once_whatever_becomes_of_it(camera_a, memory, later, sent):
    memory.pushers["cam-a"] = stray("cam-a")
    reconcile()
    later(13)  # nothing ticked meanwhile
    tasks.overdue()
    assert sent == []


def test_a_pusher_takes_its_ingest_along(camera_a, memory, later):
    """Which only shows now: by itself it would have a grace of its own."""
    memory.pushers["cam-a"] = stray("cam-a", 42)
    reconcile()
    later(11)
    memory.ingests["cam-a", 42] = Ingest("cam-a", 42, "in-42", "http://127.0.0.1/whip")
    reconcile()
    assert memory.empty()


def test_what_belongs_to_a_live_stream_stays(camera_a, operator_a, memory, work, later):
    watch(operator_a)
    work()
    for _ in range(3):
        reconcile()
        later(11)
    assert (state(), len(memory.pushers), memory.rooms) == ("LIVE", 1, {"cam-a"})


def test_a_failed_listing_removes_nothing_of_its_kind(camera_a, memory, later):
    memory.pushers["cam-a"] = stray("cam-a")
    for _ in range(3):
        memory.fail["list"] = MediaError("runner_unreachable")
        reconcile()
        later(11)
    assert "cam-a" in memory.pushers


def test_a_disabled_camera_is_stopped_and_its_viewers_are_told(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    work()
    camera_update(camera=camera_a, enabled=False)
    work()  # the hint is at the reconciler
    work()
    row = Reservation.objects.get(pk=lease.pk)
    assert (row.state, row.code) == ("FAILED", "camera_disabled")
    assert (state(), memory.empty()) == ("STOPPED", True)


def test_an_edited_source_restarts_the_stream_with_the_new_one(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    work()
    camera_update(camera=camera_a, main_url="rtsp://127.0.0.1:8554/other")
    work()
    later(2)
    work()
    assert (state(), the_stream().generation, lease_state(lease)) == ("LIVE", 2, "ACTIVE")
    assert the_stream().source_revision == 2


def test_a_participant_without_a_lease_is_removed(camera_a, operator_a, memory, work):
    lease = watch(operator_a)
    work()
    mine = names.viewer(str(lease.pk))
    memory.viewers["cam-a"] = {mine, "viewer_stranger"}
    reconcile()
    assert memory.viewers["cam-a"] == {mine}


def test_a_stranger_who_publishes_is_removed_and_never_taken_for_the_publisher(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    memory.viewers["cam-a"] = {"somebody"}
    memory.senders = {"somebody"}
    reconcile()
    assert memory.viewers["cam-a"] == set()
    assert (state(), the_stream().generation) == ("LIVE", 1)


def test_a_second_pusher_costs_a_new_generation_that_is_alone(camera_a, operator_a, memory, work, later):
    """Started by hand with our labels, under another name."""
    lease = watch(operator_a)
    work()
    memory.doubles = [replace(stray("cam-a"), name="by-hand")]
    assert [breach.invariant for breach in world_breaches()] == ["pusher_twice"]
    reconcile()
    assert (state(), the_stream().code) == ("RETRYING", "pusher_twice")
    later(2)
    work()
    assert (state(), the_stream().generation, lease_state(lease)) == ("LIVE", 2, "ACTIVE")
    assert (memory.doubles, world_breaches()) == ([], [])


def test_a_second_pusher_of_nobody_is_removed_with_the_first(camera_a, memory, later):
    memory.doubles = [replace(stray("cam-a"), name="by-hand"), replace(stray("cam-a"), name="by-hand-2")]
    reconcile()
    later(11)
    reconcile()
    assert memory.empty()


def test_a_second_ingest_goes_without_a_new_generation(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    memory.more_ingests = list(memory.ingests.values())
    assert [breach.invariant for breach in world_breaches()] == ["ingest_twice"]
    reconcile()
    assert (memory.more_ingests, len(memory.ingests), state()) == ([], 1, "LIVE")
    assert (the_stream().generation, world_breaches()) == (1, [])


def test_a_listing_that_fails_once_starts_no_grace_anew(camera_a, memory, later):
    memory.pushers["cam-a"] = stray("cam-a")
    reconcile()
    later(6)
    memory.fail["list"] = MediaError("runner_unreachable")
    reconcile()
    later(6)
    reconcile()
    assert memory.empty()


def test_a_source_that_was_taken_up_meanwhile_is_no_reason_to_restart(camera_a, operator_a, memory, work):
    """Another pass was faster: the row that the plan saw is not the row of now."""
    watch(operator_a)
    work()
    camera_update(camera=camera_a, main_url="rtsp://127.0.0.1:8554/other")
    pk = the_stream().pk
    Stream.objects.update(source_revision=2)
    reconciling._restart(pk)
    assert (state(), the_stream().generation) == ("LIVE", 1)


def test_an_ingest_that_was_lost_by_the_generation_before_is_no_loss_of_this_one(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    memory.ingests.clear()
    seen = the_stream()
    Stream.objects.update(generation=2)
    one_each._trouble(seen, "ingest_lost")
    assert (state(), the_stream().generation) == ("LIVE", 2)


def test_disabled_cameras_are_stopped_before_anything_is_removed(camera_a, operator_a, memory, work, later):
    """Removals take seconds each, and a camera that is switched off is to be dark within 15."""
    watch(operator_a)
    work()
    memory.pushers["cam-x"] = stray("cam-x")
    reconcile()
    later(11)
    camera_update(camera=camera_a, enabled=False)
    seen: list[str] = []
    memory.before["stop"] = lambda: seen.append(state())
    reconcile()
    assert seen == ["STOPPING"]


def test_a_room_lost_by_the_sfu_restarts_the_stream(camera_a, operator_a, memory, work, later):
    watch(operator_a)
    work()
    memory.rooms.clear()
    memory.ingests.clear()
    reconcile()
    later(2)
    work()
    assert (state(), the_stream().generation) == ("LIVE", 2)


def test_a_live_stream_that_lost_its_leases_unjudged_is_drained(camera_a, operator_a, memory, work, later):
    watch(operator_a)
    work()
    Reservation.objects.update(state="RELEASED")  # as a bug of ours might
    reconcile()
    assert state() == "DRAINING"
    later(6)
    work()
    assert (state(), memory.empty()) == ("STOPPED", True)


def test_an_ingest_that_is_gone_costs_a_new_generation(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    work()
    memory.ingests.clear()
    reconcile()
    assert (state(), the_stream().code) == ("RETRYING", "ingest_lost")
    later(2)
    work()
    assert (state(), the_stream().generation, lease_state(lease)) == ("LIVE", 2, "ACTIVE")


def test_many_silent_streams_wait_together(agency_a, operator_a, memory, work, monkeypatch):
    """One look of three seconds for all of them, however many."""
    cameras = [make_camera(f"cam-{n}", agency_a).camera_id for n in range(8)]
    for camera_id in cameras:
        watch(operator_a, camera_id)
    work()
    memory.publishes = False
    slept: list[float] = []
    monkeypatch.setattr("streaming.lifecycle.reconciling.SECOND_LOOK", 0.5)
    monkeypatch.setattr("streaming.lifecycle.reconciling.time.sleep", slept.append)
    began = time.monotonic()
    monkeypatch.setattr("streaming.lifecycle.reconciling.time.monotonic", lambda: began + sum(slept))
    reconcile()
    assert {bool(the_stream(camera_id).silent_since) for camera_id in cameras} == {True}
    assert sum(slept) < 1


def test_leftovers_of_a_generation_above_ours_go_and_ours_go_on_above_them(camera_a, operator_a, memory, work, later):
    """As after the database went back to a backup: the row counts from 1, the pusher outside is the 42nd."""
    memory.pushers["cam-a"] = stray("cam-a", 42)
    lease = watch(operator_a)
    work()
    assert state() == "RETRYING"
    for _ in range(3):
        reconcile()
        later(11)
        heartbeat(caller=operator_a, reservation_id=lease.pk, report={})
        work()
    assert (state(), the_stream().generation, lease_state(lease)) == ("LIVE", 43, "ACTIVE")
