"""Each guard by itself: taken away, one of these fails (the lease machine finds most of them too)."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cctv import clock
from streaming.lifecycle.bring_up import bring_up, went_live
from streaming.lifecycle.streams import stream_begin
from streaming.lifecycle.tear_down import tear_down
from streaming.media import names
from streaming.media.ports import Participant
from streaming.models import CameraWork, Stream
from streaming.services.releasing import release
from streaming.tests.memory_plane import MemorySfu
from streaming.tests.steps import lease_state, state, the_stream, watch

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
