"""A LIVE stream without media: the pusher has its time to look for its camera, but not for ever."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cameras.models import Camera
from streaming.lifecycle.reconciling import reconcile
from streaming.media.ports import MediaError
from streaming.models import Reservation, StreamEvent
from streaming.services.answers import reservation_answer
from streaming.services.callers import reservation_for
from streaming.tests.steps import state, the_stream, watch
from whip_pusher.exits import Exit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lease(camera_a, operator_a, memory, work, settings):
    """Of a stream that is LIVE, whose camera falls silent."""
    settings.LEASE_SECONDS = 100_000
    made = watch(operator_a)
    work()
    memory.publishes = False
    return made


def camera():
    found = Camera.objects.get()
    return found.state, found.state_code


def test_a_pusher_that_looks_for_its_camera_is_given_its_time(lease, operator_a, later, work, settings):
    reconcile()
    assert (state(), the_stream().generation, camera()) == ("LIVE", 1, ("OFFLINE", "source_stalled"))
    said = reservation_answer(reservation_for(operator_a, lease.pk), operator_a)
    assert (said["state"], said["reason"]["code"]) == ("LIVE", "source_stalled")
    later(settings.PUSHER_RECONNECT_SECONDS)
    reconcile()
    work()
    assert (state(), the_stream().generation) == ("LIVE", 1)


def test_when_the_camera_is_back_the_next_second_sees_it(lease, memory, later, work):
    reconcile()
    later(10)
    memory.publishes = True
    work()
    assert (state(), the_stream().generation, the_stream().silent_since) == ("LIVE", 1, None)
    assert (camera(), the_stream().code) == (("ONLINE", ""), "live")


def test_the_reconciler_sees_it_too(lease, memory, later):
    reconcile()
    memory.publishes = True
    assert reconcile().heard == (the_stream().pk,)
    assert camera() == ("ONLINE", "")
    assert reconcile().heard == ()


def test_a_pusher_that_gave_up_is_replaced_at_once(lease, memory, later, work):
    reconcile()
    later(20)
    memory.exit("cam-a", Exit.SOURCE_STALLED)
    memory.publishes = True
    work()
    later(2)
    work()
    assert (state(), the_stream().generation, the_stream().silent_since) == ("LIVE", 2, None)
    assert camera() == ("ONLINE", "")


def test_one_that_should_have_given_up_and_did_not_is_lost(lease, memory, later, work, settings):
    reconcile()
    later(settings.PUSHER_RECONNECT_SECONDS + 6)
    work()
    assert (state(), the_stream().code) == ("RETRYING", "publisher_lost")


def test_one_that_lost_the_sfu_has_a_moment_to_publish_anew(lease, memory, later, work):
    memory.connected = False
    reconcile()
    assert (state(), the_stream().code, camera()) == ("LIVE", "live", ("ONLINE", ""))
    later(5)
    work()
    assert state() == "LIVE"
    later(2)
    work()
    assert (state(), the_stream().code) == ("RETRYING", "publisher_lost")


def test_a_camera_that_is_away_behind_a_pusher_that_came_back_is_away(lease, memory, later, work):
    memory.connected = False
    reconcile()
    memory.connected = True
    later(7)
    work()
    assert (state(), the_stream().code, camera()) == ("LIVE", "source_stalled", ("OFFLINE", "source_stalled"))


@pytest.mark.parametrize("lost", ["rooms", "ingests"])
def test_what_the_sfu_lost_is_not_waited_for(lease, memory, lost):
    getattr(memory, lost).clear()
    reconcile()
    assert (state(), the_stream().code) == ("RETRYING", "publisher_lost")


def test_a_pusher_that_never_looks_again_is_not_waited_for(lease, memory):
    memory.pushers["cam-a"] = replace(memory.pushers["cam-a"], reconnects=False)
    reconcile()
    assert (state(), the_stream().code) == ("RETRYING", "publisher_lost")


def test_an_sfu_that_cannot_be_listed_changes_nothing_about_it(lease, memory):
    memory.before["publisher"] = lambda: memory.fail.update(list_rooms=MediaError("sfu_unreachable"))
    reconcile()
    assert (state(), bool(the_stream().silent_since)) == ("LIVE", True)


def test_a_moment_of_silence_is_none(lease, memory):
    memory.before["publisher"] = lambda: setattr(memory, "publishes", True)
    reconcile()
    assert (the_stream().silent_since, camera()) == (None, ("ONLINE", ""))


def test_silence_is_no_transition(lease, memory, later, work):
    before = StreamEvent.objects.count()
    reconcile()
    memory.publishes = True
    work()
    assert StreamEvent.objects.count() == before


def test_its_viewers_may_leave_a_silent_stream(lease, operator_a, memory, later, work):
    reconcile()
    Reservation.objects.update(expires_at=lease.created_at)
    work()
    assert state() == "DRAINING"
    later(6)
    work()
    assert (state(), memory.empty()) == ("STOPPED", True)
