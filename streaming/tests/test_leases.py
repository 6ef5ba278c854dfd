"""Heartbeats, expiry, renewal, presence: the timing table of DESIGN §3."""

from __future__ import annotations

import pytest

from cameras.access import camera_for
from cctv.errors import DomainError
from quotas.models import AgencyLimit
from streaming.models import Reservation
from streaming.services import renewing
from streaming.services.releasing import release, revoke
from streaming.services.renewing import heartbeat, socket_closed, socket_opened
from streaming.tests.steps import lease_state, state, watch
from tests.cast import make_camera

pytestmark = pytest.mark.django_db(transaction=True)


def beat(caller, lease, **report):
    return heartbeat(caller=caller, reservation_id=lease.pk, report=report)


def test_a_lease_without_a_heartbeat_expires_after_45_seconds(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    work()
    later(44)
    work()
    assert lease_state(lease) == "ACTIVE"
    later(2)
    work()
    assert lease_state(lease) == "EXPIRED"
    assert state() == "DRAINING"


def test_a_heartbeat_keeps_it(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    for _ in range(5):
        later(15)
        beat(operator_a, lease)
        work()
    assert lease_state(lease) == "ACTIVE"


def test_a_just_expired_lease_is_renewed_under_its_id(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    work()
    later(60)
    work()
    later(10)
    work()
    assert (lease_state(lease), state()) == ("EXPIRED", "STOPPED")
    assert beat(operator_a, lease).pk == lease.pk
    work()
    assert (lease_state(lease), state()) == ("ACTIVE", "LIVE")


def test_a_renewal_goes_through_admission(camera_a, operator_a, viewer_a, memory, work, later):
    AgencyLimit.objects.create(agency=camera_a.agency, cameras=1)
    make_camera("cam-a2", camera_a.agency)
    lease = watch(operator_a)
    later(46)
    work()
    watch(viewer_a, "cam-a2")
    with pytest.raises(DomainError) as refused:
        beat(operator_a, lease)
    assert refused.value.code == "agency_limit_reached"


def test_a_lease_expired_for_a_minute_is_gone(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    later(46)
    work()
    later(61)
    with pytest.raises(DomainError) as gone:
        beat(operator_a, lease)
    assert (gone.value.code, gone.value.http_status) == ("expired", 410)


@pytest.mark.parametrize("how", ["release", "revoke"])
def test_a_lease_ended_on_purpose_is_not_renewed(camera_a, operator_a, site_admin, memory, work, how):
    lease = watch(operator_a)
    if how == "release":
        release(caller=operator_a, reservation_id=lease.pk)
    else:
        revoke(by=site_admin, reservation=lease)
    with pytest.raises(DomainError) as gone:
        beat(operator_a, lease)
    assert gone.value.http_status == 410


def test_a_paused_player_keeps_its_lease_five_minutes_and_no_longer(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    for _ in range(19):
        beat(operator_a, lease, paused=True)
        later(15)
        work()
    assert lease_state(lease) == "ACTIVE"
    later(20)
    work()
    assert lease_state(lease) == "EXPIRED"
    with pytest.raises(DomainError) as gone:
        beat(operator_a, lease, paused=True)
    assert gone.value.http_status == 410
    beat(operator_a, lease)
    assert lease_state(lease) == "ACTIVE"


def test_a_closed_page_gives_its_place_back_in_8_seconds(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    socket_opened(lease.pk, "first")
    socket_closed(lease.pk, "first")
    later(8.1)
    work()
    assert lease_state(lease) == "EXPIRED"


def test_only_the_newest_socket_counts(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    socket_opened(lease.pk, "first")
    socket_opened(lease.pk, "second")
    socket_closed(lease.pk, "first")
    later(20)
    work()
    assert lease_state(lease) == "ACTIVE"


def test_a_new_socket_brings_the_lease_back(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    socket_opened(lease.pk, "first")
    socket_closed(lease.pk, "first")
    later(3)
    socket_opened(lease.pk, "second")
    later(20)
    work()
    assert lease_state(lease) == "ACTIVE"


def test_decoded_frames_say_that_the_viewer_has_joined(camera_a, operator_a, memory, work):
    lease = watch(operator_a)
    assert lease.joined_at is None
    beat(operator_a, lease, frames_decoded=12, bitrate=2e6)
    row = Reservation.objects.get(pk=lease.pk)
    assert (row.frames_decoded, row.reported["bitrate"]) == (12, 2e6)
    assert row.joined_at is not None


def test_a_member_who_lost_his_role_loses_his_lease(camera_a, operator_a, memory, work):
    lease = watch(operator_a)
    operator_a.memberships.all().delete()
    with pytest.raises(DomainError) as gone:
        beat(operator_a, lease)
    assert (gone.value.code, gone.value.http_status) == ("access_lost", 410)
    assert lease_state(lease) == "REVOKED"


def test_a_socket_gives_a_hidden_player_no_more_than_its_five_minutes(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    for _ in range(20):
        beat(operator_a, lease, paused=True)
        later(14.5)
    socket_opened(lease.pk, "again")
    later(11)
    work()
    assert lease_state(lease) == "EXPIRED"


def test_a_renewal_that_comes_second_starts_nothing(camera_a, operator_a, memory, work, later, monkeypatch):
    """Read as EXPIRED, but released before the lock: the stream must not come back to life."""
    lease = watch(operator_a)
    work()
    later(46)
    work()
    real = camera_for

    def meanwhile(*args, **more):
        Reservation.objects.update(state="RELEASED")
        return real(*args, **more)

    monkeypatch.setattr(renewing, "camera_for", meanwhile)
    with pytest.raises(DomainError):
        beat(operator_a, lease)
    later(6)
    work()
    assert (lease_state(lease), state()) == ("RELEASED", "STOPPED")


def test_a_heartbeat_that_beats_the_tick_to_an_overdue_lease_renews_it(camera_a, operator_a, memory, work, later):
    lease = watch(operator_a)
    work()
    later(46)
    beat(operator_a, lease)
    assert lease_state(lease) == "ACTIVE"
    work()
    assert (lease_state(lease), state()) == ("ACTIVE", "LIVE")
