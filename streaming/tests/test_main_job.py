"""Reserve, live, shared, drained, gone: the life of a stream."""

from __future__ import annotations

import pytest

from streaming.models import Reservation, StreamEvent
from streaming.services.releasing import release
from streaming.tests.steps import lease_state, state, the_stream, watch

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_viewer_starts_one_pusher_and_the_second_shares_it(camera_a, operator_a, viewer_a, memory, work):
    watch(operator_a)
    work()
    second = watch(viewer_a)
    work()
    assert state() == "LIVE"
    assert memory.starts == [("cam-a", 1)]
    assert second.stream == the_stream()


def test_the_last_viewer_leaving_tears_everything_down(camera_a, operator_a, viewer_a, memory, work, later):
    first, second = watch(operator_a), watch(viewer_a)
    work()
    release(caller=operator_a, reservation_id=first.pk)
    later(30)
    work()
    assert state() == "LIVE"
    release(caller=viewer_a, reservation_id=second.pk)
    assert state() == "DRAINING"
    later(5.1)
    work()
    assert state() == "STOPPED"
    assert memory.empty()


def test_a_viewer_that_comes_while_draining_keeps_the_stream(camera_a, operator_a, memory, work, later):
    first = watch(operator_a)
    work()
    release(caller=operator_a, reservation_id=first.pk)
    again = watch(operator_a)
    later(10)
    work()
    assert state() == "LIVE"
    assert again.stream.generation == 1
    assert memory.starts == [("cam-a", 1)]


def test_every_move_leaves_one_event(camera_a, operator_a, memory, work, later):
    release(caller=operator_a, reservation_id=watch(operator_a).pk)
    watch(operator_a)
    work()
    moves = list(StreamEvent.objects.order_by("pk").values_list("old", "new"))
    assert moves == [("", "STARTING"), ("STARTING", "LIVE")]


def test_release_is_idempotent(camera_a, operator_a, memory, work):
    lease = watch(operator_a)
    release(caller=operator_a, reservation_id=lease.pk)
    release(caller=operator_a, reservation_id=lease.pk)
    assert lease_state(lease) == "RELEASED"


def test_nobody_left_before_it_was_live_stops_it_too(camera_a, operator_a, memory, sent, work, later):
    memory.publishes = False
    lease = watch(operator_a)
    release(caller=operator_a, reservation_id=lease.pk)
    sent.clear()
    later(5.1)
    work()
    assert state() == "STOPPED"
    assert memory.empty()


def test_a_new_life_has_a_higher_generation(camera_a, operator_a, memory, work, later):
    release(caller=operator_a, reservation_id=watch(operator_a).pk)
    later(6)
    work()
    watch(operator_a)
    work()
    assert the_stream().generation == 2
    assert Reservation.objects.filter(state="ACTIVE").count() == 1
