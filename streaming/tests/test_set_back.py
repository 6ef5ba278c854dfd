"""A clock that is set back by an hour freezes nothing: every deadline written before it is brought near again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cctv import clock
from streaming import tasks
from streaming.lifecycle.bring_up import bring_up
from streaming.lifecycle.reconciling import reconcile
from streaming.lifecycle.work import LeaseLost, work_lease
from streaming.media import names
from streaming.media.ports import MediaError, PusherStatus
from streaming.models import FirstSeen, Stream
from streaming.services.releasing import release
from streaming.tests.steps import lease_state, state, the_stream, watch

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = -3600


def test_a_lease_of_a_viewer_that_is_gone_expires(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    work()
    later(HOUR)
    work()
    later(46)
    work()
    assert lease_state(lease) == "EXPIRED"


def test_a_drain_ends(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    work()
    release(caller=operator_a, reservation_id=lease.pk)
    later(HOUR)
    work()
    later(6)
    work()
    assert (state(), memory.empty()) == ("STOPPED", True)


def test_a_retry_comes(camera_a, operator_a, memory, work, later):
    memory.fail["start"] = MediaError("runner_unreachable")
    watch(operator_a)
    work()
    assert state() == "RETRYING"
    later(HOUR)
    work()
    later(31)
    work()
    assert state() == "LIVE"


def test_a_start_whose_worker_died_is_taken_up(camera_a, operator_a, memory, work, sent, later):
    watch(operator_a)
    sent.clear()
    later(HOUR)
    work()
    later(3)
    work()
    assert state() == "LIVE"


def test_a_start_that_nobody_watches_any_more_is_stopped(camera_a, operator_a, memory, sent, work, later):
    lease = watch(operator_a)
    sent.clear()
    release(caller=operator_a, reservation_id=lease.pk)
    later(HOUR)
    tasks.overdue()
    assert Stream.objects.filter(idle_at__lt=clock.now() + timedelta(seconds=6)).exists()
    sent.clear()
    later(6)
    work()
    assert (state(), memory.empty()) == ("STOPPED", True)


def test_a_bring_up_that_waits_for_its_picture_gives_up(camera_a, operator_a, memory, work, later):
    memory.publishes = False
    watch(operator_a)
    memory.before["inspect"] = lambda: later(HOUR)
    bring_up(the_stream().pk)
    assert (state(), the_stream().code) == ("RETRYING", "bring_up_timeout")


def test_a_tear_down_is_tried_again(camera_a, operator_a, memory, work, later):
    watch(operator_a)
    work()
    Stream.objects.update(state="STOPPING", due_at=clock.now() + timedelta(hours=1))
    work()
    later(3)
    work()
    assert (state(), memory.empty()) == ("STOPPED", True)


def test_the_work_lease_of_a_worker_that_died_is_free(camera_a, memory, later):
    with work_lease(camera_a.pk) as dead:
        later(HOUR)
        with work_lease(camera_a.pk) as lease:
            lease.check()
            with pytest.raises(LeaseLost):
                dead.check()


def test_a_worker_that_lives_keeps_its_lease_by_its_next_check(camera_a, memory, later):
    with work_lease(camera_a.pk) as lease:
        later(HOUR)
        lease.check()
        with pytest.raises(LeaseLost), work_lease(camera_a.pk):
            pass
        lease.check()


def test_what_was_first_seen_in_the_future_has_its_grace_from_now(camera_a, memory, later):
    memory.pushers["cam-a"] = PusherStatus(names.pusher("cam-a"), "cam-a", 1, running=True)
    reconcile()
    later(HOUR)
    reconcile()
    assert FirstSeen.objects.get().at <= clock.now()
    later(11)
    reconcile()
    assert memory.empty()


def test_a_silent_stream_loses_its_patience(camera_a, operator_a, memory, work, later, settings):
    settings.LEASE_SECONDS = 100_000
    watch(operator_a)
    work()
    memory.publishes = False
    reconcile()
    later(HOUR)
    reconcile()
    later(settings.PUSHER_RECONNECT_SECONDS + 6)
    reconcile()
    assert (state(), the_stream().code) == ("RETRYING", "publisher_lost")


def test_a_clock_that_runs_on_changes_no_deadline(camera_a, operator_a, memory, work, later):
    memory.fail["start"] = MediaError("runner_unreachable")
    lease = watch(operator_a)
    work()
    before = (the_stream().due_at, lease.expires_at)
    tasks.overdue()
    lease.refresh_from_db()
    assert (the_stream().due_at, lease.expires_at) == before
