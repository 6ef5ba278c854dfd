"""Each guard by itself: taken away, one of these fails (the lease machine finds most of them too)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from cctv import clock
from streaming.lifecycle import silence
from streaming.lifecycle.bring_up import bring_up, went_live
from streaming.lifecycle.layering import layers_follow
from streaming.lifecycle.reconciling import reconcile
from streaming.lifecycle.streams import stream_begin
from streaming.lifecycle.tear_down import tear_down
from streaming.lifecycle.watch import watch_pushers
from streaming.lifecycle.work import LeaseLost, WorkLease
from streaming.media import names
from streaming.media.ports import Ingest, MediaError, Participant, PusherStatus
from streaming.models import CameraWork, Stream
from streaming.services.releasing import release
from streaming.states import Quality
from streaming.tests.memory_plane import MemorySfu
from streaming.tests.steps import lease_state, state, the_stream, watch
from tests.cast import make_camera

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_database_refuses_a_second_open_stream(camera_a, operator_a, memory, sent):
    watch(operator_a)
    with pytest.raises(IntegrityError, match="one_open_stream_per_camera"), transaction.atomic():
        stream_begin(camera_a, now=clock.now(), actor="test")


def test_a_worker_of_an_older_generation_moves_nothing(camera_a, operator_a, memory, sent):
    watch(operator_a)
    late = the_stream()
    Stream.objects.update(generation=2)  # a restart, meanwhile
    went_live(late)
    assert state() == "STARTING"


def test_a_worker_whose_generation_is_over_starts_nothing(camera_a, operator_a, memory, sent):
    watch(operator_a)
    memory.before["create_ingest"] = lambda: Stream.objects.update(generation=2)
    bring_up(the_stream().pk)
    assert (memory.starts, memory.paths) == ([], set())


def test_an_older_publisher_is_not_taken_for_the_new_one(camera_a, operator_a, memory, sent, monkeypatch):
    watch(operator_a)
    Stream.objects.update(generation=2, due_at=clock.now() - timedelta(seconds=1))
    old = Participant(names.room("cam-a"), names.publisher("cam-a"), True, 1)
    monkeypatch.setattr(MemorySfu, "_publisher", lambda self, camera_id: old)
    bring_up(the_stream().pk)
    assert (state(), the_stream().code) == ("RETRYING", "bring_up_timeout")


def test_the_drain_looks_again_before_it_stops_what_somebody_watches(camera_a, operator_a, memory, work):
    lease = watch(operator_a)
    work()
    Stream.objects.update(state="DRAINING", due_at=clock.now())  # it began before this lease came
    work()
    assert (state(), lease_state(lease), memory.empty()) == ("LIVE", "ACTIVE", False)


def lose_the_work_lease():
    CameraWork.objects.update(token=uuid.uuid4())


@pytest.mark.parametrize("call", ["stop", "delete_ingests", "ensure_room", "create_ingest", "ensure_path"])
def test_a_worker_that_lost_the_camera_starts_nothing_more(camera_a, operator_a, memory, sent, call):
    watch(operator_a)
    memory.before[call] = lose_the_work_lease
    bring_up(the_stream().pk)
    assert (memory.starts, state()) == ([], "STARTING")


def test_a_worker_that_lost_the_camera_while_it_waited_for_its_turn_starts_nothing(
    camera_a, operator_a, memory, sent, monkeypatch
):
    watch(operator_a)
    monkeypatch.setattr("streaming.lifecycle.bring_up._begin", lambda stream: lose_the_work_lease())
    bring_up(the_stream().pk)
    assert (memory.starts, memory.rooms, state()) == ([], set(), "STARTING")


@pytest.mark.parametrize("error", [MediaError("sfu_unreachable"), RuntimeError("a fault of ours")])
def test_a_worker_that_lost_the_camera_says_nothing_of_its_failure(camera_a, operator_a, memory, sent, error):
    """The one that has it now is at a start that goes well."""
    watch(operator_a)
    memory.before["ensure_room"] = lambda: (lose_the_work_lease(), memory.fail.update(ensure_room=error))
    bring_up(the_stream().pk)
    assert (state(), the_stream().code) == ("STARTING", "started")


def drained(operator, memory, work, later):
    """A stream that is STOPPING, with everything of it still there."""
    lease = watch(operator)
    work()
    release(caller=operator, reservation_id=lease.pk)
    later(6)
    Stream.objects.update(state="STOPPING")
    return the_stream().pk


REMOVALS = ["stop", "delete_ingests", "delete_room", "remove_path"]


@pytest.mark.parametrize("at", range(len(REMOVALS) + 1))
def test_each_step_of_a_tear_down_asks_whether_the_camera_is_still_its_own(
    camera_a, operator_a, memory, work, later, monkeypatch, at
):
    """The lease is lost just before this step, after all those before it; the last is that it is verified gone."""
    stream = drained(operator_a, memory, work, later)
    checks = iter(range(100))

    def check(self: WorkLease) -> None:
        if next(checks) == at:
            lose_the_work_lease()
        asked(self)

    asked = WorkLease.check
    monkeypatch.setattr(WorkLease, "check", check)
    done: list[str] = []
    memory.before = {name: partial(done.append, name) for name in REMOVALS}
    tear_down(stream)
    assert (done, state()) == (REMOVALS[:at], "STOPPING")


def test_a_reconciler_that_lost_the_camera_removes_nothing(camera_a, memory, later, monkeypatch):
    """Nor does it, between a pusher and its ingest."""
    memory.pushers["cam-a"] = PusherStatus(names.pusher("cam-a"), "cam-a", 1, running=True)
    reconcile()
    later(11)
    ingest = {("cam-a", 1): Ingest("cam-a", 1, "in-1", "http://sfu/")}
    memory.before["stop"] = lambda: (lose_the_work_lease(), memory.ingests.update(ingest))
    reconcile()
    assert (memory.pushers, len(memory.ingests)) == ({}, 1)
    memory.rooms.add("cam-a")
    monkeypatch.setattr("streaming.lifecycle.removing.generation_reached", lambda *_: lose_the_work_lease())
    later(11)
    reconcile()
    later(11)
    reconcile()
    assert (memory.rooms, len(memory.ingests)) == ({"cam-a"}, 1)


def test_a_reconciler_that_lost_the_camera_writes_no_path(camera_a, operator_a, memory, work, monkeypatch):
    watch(operator_a)
    work()
    memory.paths.clear()
    lost_at_the_next_check(monkeypatch)
    reconcile()
    assert memory.paths == set()


def test_a_reconciler_that_lost_the_camera_asks_for_no_ingest(camera_a, operator_a, memory, work, monkeypatch):
    watch(operator_a)
    work()
    memory.more_ingests = list(memory.ingests.values())
    lost_at_the_next_check(monkeypatch)
    reconcile()
    assert len(memory.more_ingests) == 1


def test_a_worker_that_lost_the_camera_tells_its_pusher_nothing(agency_a, operator_a, memory, work, monkeypatch):
    make_camera("cam-b", agency_a, sub_url="rtsp://127.0.0.1:8554/sub")
    watch(operator_a, "cam-b", quality=Quality.LOW)
    work()
    Stream.objects.update(layers="high")  # as if it fed something else
    lost_at_the_next_check(monkeypatch)
    layers_follow(the_stream("cam-b").pk)
    assert (memory.told, the_stream("cam-b").layers) == ([], "high")


def test_a_watch_that_lost_the_camera_ends_no_life(camera_a, operator_a, memory, work, monkeypatch):
    watch(operator_a)
    work()
    memory.pushers.clear()
    lost_at_the_next_check(monkeypatch)
    watch_pushers()
    assert state() == "LIVE"


def test_a_silence_that_lost_the_camera_judges_nobody(camera_a, operator_a, memory, work, monkeypatch):
    watch(operator_a)
    work()
    memory.publishes = memory.connected = False
    lost_at_the_next_check(monkeypatch)
    with pytest.raises(LeaseLost):
        silence.silent(the_stream().pk, False)
    assert (state(), the_stream().silent_since) == ("LIVE", None)


def lost_at_the_next_check(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(self: WorkLease) -> None:
        lose_the_work_lease()
        asked(self)

    asked = WorkLease.check
    monkeypatch.setattr(WorkLease, "check", check)


def test_a_worker_that_lost_the_camera_removes_nothing_more(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    work()
    release(caller=operator_a, reservation_id=lease.pk)
    later(6)
    Stream.objects.update(state="STOPPING")
    memory.before["stop"] = lose_the_work_lease
    tear_down(the_stream().pk)
    assert (memory.rooms, memory.paths, len(memory.ingests)) == ({"cam-a"}, {"cam-a"}, 1)
    assert state() == "STOPPING"
