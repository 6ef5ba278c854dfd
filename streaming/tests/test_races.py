"""Forced interleavings on real PostgreSQL: never a stopped stream with an ACTIVE lease, never over a limit."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from cctv.errors import DomainError
from quotas.locks import lock_camera
from quotas.models import AgencyLimit
from streaming import tasks
from streaming.lifecycle import overdue
from streaming.lifecycle.streams import active_leases
from streaming.models import Reservation, Stream
from streaming.services.releasing import release
from streaming.states import OPEN
from streaming.tests.steps import state, watch
from tests.cast import make_camera, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def in_threads(jobs):
    """Run them at once, each with a database connection of its own; answers results and refusals."""
    start = threading.Barrier(len(jobs))

    def run(job):
        start.wait(10)
        try:
            return job()
        except DomainError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def nothing_stopped_is_watched() -> bool:
    return not Reservation.objects.filter(state="ACTIVE").exclude(stream__state__in=OPEN).exists()


def test_thirty_reserves_of_one_cold_camera_make_one_stream_and_thirty_leases(camera_a, memory, sent):
    people = [make_user(f"op-{n}", METRO="operator") for n in range(30)]
    answers = in_threads([lambda p=p: watch(p) for p in people])
    assert not [a for a in answers if isinstance(a, DomainError)]
    assert Stream.objects.count() == 1
    assert Reservation.objects.filter(state="ACTIVE").count() == 30
    assert [name for name, _ in sent] == ["bring_up"]


def test_an_agency_limit_holds_against_twenty_reserves_at_once(agency_a, memory, sent):
    AgencyLimit.objects.create(agency=agency_a, cameras=2)
    cameras = [make_camera(f"cam-{n}", agency_a) for n in range(5)]
    people = [make_user(f"op-{n}", METRO="operator") for n in range(20)]
    jobs = [lambda p=p, c=cameras[n % 5]: watch(p, c.camera_id) for n, p in enumerate(people)]
    answers = in_threads(jobs)
    refused = [a for a in answers if isinstance(a, DomainError)]
    watched = Reservation.objects.filter(state="ACTIVE").values("camera").distinct().count()
    assert watched == 2
    assert {e.code for e in refused} == {"agency_limit_reached"}
    assert len(refused) == 12


def test_a_reserve_that_comes_while_the_drain_decides_waits_and_gets_a_new_life(
    camera_a, operator_a, viewer_a, memory, work, later, monkeypatch
):
    """The drain holds the camera's lock and has counted no lease; the reserve must not slip in between."""
    release(caller=operator_a, reservation_id=_live(operator_a, work).pk)
    later(6)
    decided, counted = threading.Event(), threading.Event()
    real = active_leases

    def slowly(stream):
        count = real(stream)
        counted.set()
        decided.wait(0.5)  # the reserve has this long to slip in
        return count

    monkeypatch.setattr(overdue, "active_leases", slowly)

    def reserve_now():
        counted.wait(10)
        lease = watch(viewer_a)
        decided.set()
        return lease

    _, lease = in_threads([tasks.overdue, reserve_now])
    assert nothing_stopped_is_watched()
    assert lease.stream.generation == 2
    work()
    assert state() == "LIVE"


def _live(caller, work):
    lease = watch(caller)
    work()
    return lease


def test_a_reserve_that_wins_against_the_drain_keeps_the_stream(camera_a, operator_a, viewer_a, memory, work, later):
    release(caller=operator_a, reservation_id=_live(operator_a, work).pk)
    later(6)
    locked, reserved = threading.Event(), threading.Event()

    def reserve_first():
        with transaction.atomic():
            lock_camera(camera_a.pk)
            locked.set()
            watch(viewer_a)
            reserved.wait(0.3)  # the tick is waiting for the lock by now
        return True

    def tick():
        locked.wait(10)
        tasks.overdue()

    in_threads([reserve_first, tick])
    assert nothing_stopped_is_watched()
    assert (state(), Stream.objects.count()) == ("LIVE", 1)


def test_a_lock_held_for_too_long_is_busy_and_not_an_error_500(camera_a, operator_a, memory, sent):
    held, over = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            lock_camera(camera_a.pk)
            held.set()
            over.wait(10)

    def ask():
        held.wait(10)
        try:
            watch(operator_a)
        finally:
            over.set()

    _, answer = in_threads([hold, ask])
    assert isinstance(answer, DomainError)
    assert (answer.code, answer.http_status) == ("busy", 503)
