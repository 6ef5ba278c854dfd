"""One camera that is locked or broken keeps no other waiting."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction

from cameras.models import Camera
from quotas.locks import lock_camera
from streaming import tasks
from streaming.models import Reservation
from streaming.services.releasing import release
from streaming.services.renewing import heartbeat
from streaming.tests.steps import lease_state, state, the_stream, watch
from streaming.tests.test_races import in_threads
from tests.cast import api_client, make_camera

pytestmark = pytest.mark.django_db(transaction=True)


def break_the_secrets_of(camera):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cameras_camera SET main_url = 'not-a-token' WHERE id = %s", [camera.pk])


def test_a_locked_camera_does_not_stop_the_tick(camera_a, operator_a, memory, work, later):
    make_camera("cam-a2", camera_a.agency)
    held = [watch(operator_a) for _ in range(5)]
    other = watch(operator_a, "cam-a2")
    work()
    later(46)
    locked, over = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            lock_camera(camera_a.pk)
            locked.set()
            over.wait(20)

    def tick():
        locked.wait(10)
        began = time.monotonic()
        tasks.overdue()
        over.set()
        return time.monotonic() - began

    _, took = in_threads([hold, tick])
    assert took < 2
    assert (lease_state(other), state("cam-a2")) == ("EXPIRED", "DRAINING")
    work()
    assert {lease_state(lease) for lease in held} == {"EXPIRED"}


def test_secrets_that_no_key_opens_break_neither_tick_nor_lists(camera_a, operator_a, site_admin, memory, work, later):
    make_camera("cam-a2", camera_a.agency)
    lease, other = watch(operator_a), watch(operator_a, "cam-a2")
    work()
    break_the_secrets_of(camera_a)
    later(46)
    work()
    assert (lease_state(lease), lease_state(other)) == ("EXPIRED", "EXPIRED")
    admin = api_client(site_admin)
    for path in ("/api/v1/cameras", "/api/v1/streams", "/api/v1/events", "/admin/cameras/camera/"):
        assert admin.get(path).status_code == 200


def test_secrets_that_no_key_opens_end_a_start_with_the_reason(camera_a, operator_a, memory, work, later):
    break_the_secrets_of(camera_a)
    lease = watch(operator_a)
    work()
    work()
    assert (state(), the_stream().code, lease_state(lease)) == ("FAILED", "source_undecryptable", "FAILED")


def test_an_unreadable_secret_is_kept_when_the_camera_is_saved(camera_a):
    break_the_secrets_of(camera_a)
    camera = Camera.objects.get(pk=camera_a.pk)
    camera.name_en = "new"
    camera.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT main_url FROM cameras_camera")
        assert cursor.fetchone() == ("not-a-token",)


def test_a_source_taken_away_while_watched_ends_the_stream(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    work()
    Camera.objects.update(main_url="")
    tasks.reconcile()
    work()
    assert (state(), lease_state(lease)) == ("STOPPED", "FAILED")
    assert Reservation.objects.get().code == "camera_not_configured"


def test_an_error_nobody_thought_of_is_retried_and_not_started_for_ever(camera_a, operator_a, memory, work, later):
    memory.fail["create_ingest"] = ZeroDivisionError()
    watch(operator_a)
    work()
    assert (state(), the_stream().code) == ("RETRYING", "internal")
    later(1.1)
    work()
    assert state() == "LIVE"


def test_a_start_past_its_deadline_that_nobody_is_at_is_given_up(camera_a, operator_a, memory, sent, later):
    watch(operator_a)
    later(18)
    tasks.overdue()
    assert (state(), the_stream().code) == ("RETRYING", "bring_up_timeout")
    tasks.overdue()
    assert the_stream().generation == 2


def test_a_released_lease_that_had_expired_does_not_come_back(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    work()
    later(46)
    work()
    release(caller=operator_a, reservation_id=lease.pk)
    with pytest.raises(Exception, match="released"):
        heartbeat(caller=operator_a, reservation_id=lease.pk, report={})
