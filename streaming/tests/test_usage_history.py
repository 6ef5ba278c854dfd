"""Usage by the minute is exact, and counting again changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cctv import clock
from cctv.errors import DomainError
from quotas.models import UsageMinute
from quotas.services import agency_limit_set
from streaming import tasks
from streaming.lifecycle.housekeeping import housekeeping
from streaming.models import Pass, StreamRequest
from streaming.services.releasing import release
from streaming.services.renewing import heartbeat
from streaming.tests.steps import watch
from tests.cast import make_camera, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("memory", "sent")]


@pytest.fixture(autouse=True)
def a_minute_begins(later, transactional_db):
    """Five seconds into a minute, so that no test crosses into the next by chance."""
    now = clock.now()
    later(65 - now.second - now.microsecond / 1e6)


def minutes(code="METRO"):
    """(minutes ago, peak, refusals) of the agency, oldest first."""
    now = clock.now().replace(second=0, microsecond=0)
    rows = UsageMinute.objects.filter(agency__code=code).order_by("minute")
    return [((now - row.minute) // timedelta(minutes=1), row.peak, row.refusals) for row in rows]


def watch_several(agency, count, prefix="cam"):
    person = make_user(f"op-{prefix}", **{agency.code: "operator"})
    names = [make_camera(f"{prefix}-{n}", agency).camera_id for n in range(count)]
    return person, [watch(person, name) for name in names]


def test_the_admission_itself_keeps_the_peak_without_any_tick(agency_a):
    person, leases = watch_several(agency_a, 3)
    for lease in leases:
        release(caller=person, reservation_id=lease.pk)
    assert minutes() == [(0, 3, 0)]


def test_a_second_viewer_of_a_watched_camera_costs_no_statement(camera_a, operator_a, viewer_a):
    watch(operator_a)
    before = UsageMinute.objects.get()
    UsageMinute.objects.all().delete()
    watch(viewer_a)
    assert (before.peak, UsageMinute.objects.exists()) == (1, False)


def test_a_camera_that_is_let_in_costs_one_statement(camera_a, operator_a):
    with CaptureQueriesContext(connection) as made:
        watch(operator_a)
    assert len([query for query in made.captured_queries if "quotas_usageminute" in query["sql"]]) == 1


def test_standing_use_is_carried_from_minute_to_minute(agency_a, later):
    watch_several(agency_a, 2)
    for _ in range(2):
        later(20)
        tasks.usage()
        later(20)
        tasks.usage()
        later(20)
        tasks.usage()
    assert minutes() == [(2, 2, 0), (1, 2, 0), (0, 2, 0)]


def test_what_was_left_before_the_tick_came_still_counts_for_its_minute(agency_a, later):
    person, leases = watch_several(agency_a, 2)
    later(40)
    for lease in leases:
        heartbeat(caller=person, reservation_id=lease.pk, report={})
    later(17)  # two seconds into the next minute, and released before its first tick
    for lease in leases:
        release(caller=person, reservation_id=lease.pk)
    later(5)
    tasks.usage()
    assert minutes() == [(1, 2, 0), (0, 2, 0)]


def test_cameras_watched_one_after_the_other_never_add_up(agency_a, later):
    agency_limit_set(agency=agency_a, cameras=1)
    person = make_user("op", METRO="operator")
    for n in range(4):
        lease = watch(person, make_camera(f"cam-{n}", agency_a).camera_id)
        later(20)
        release(caller=person, reservation_id=lease.pk)
        tasks.usage()
    assert {peak for _, peak, _ in minutes()} == {1}


def test_a_lapse_between_expiry_and_renewal_is_not_counted_later(agency_a, operator_a, viewer_a, later):
    """Its place was another's meanwhile: to count both would show more than the limit."""
    agency_limit_set(agency=agency_a, cameras=1)
    cameras = [make_camera(f"cam-{n}", agency_a).camera_id for n in range(2)]
    lease = watch(operator_a, cameras[0])
    later(46)
    tasks.overdue()
    other = watch(viewer_a, cameras[1])
    later(15)  # over the minute
    release(caller=viewer_a, reservation_id=other.pk)
    heartbeat(caller=operator_a, reservation_id=lease.pk, report={})
    tasks.usage()
    assert minutes() == [(1, 1, 0), (0, 1, 0)]


def test_a_lease_released_after_it_had_expired_ended_when_it_expired(agency_a, operator_a, later):
    lease = watch(operator_a, make_camera("cam-x", agency_a).camera_id)
    later(46)
    tasks.overdue()
    later(60)
    release(caller=operator_a, reservation_id=lease.pk)
    tasks.usage()
    assert minutes() == [(1, 1, 0)]


def test_refusals_are_counted_for_the_agency_whose_limit_it_was(agency_a, agency_b, later):
    agency_limit_set(agency=agency_a, cameras=0)
    make_camera("cam-full", agency_a)
    watch_several(agency_b, 1, "taxi")
    person = make_user("op", METRO="operator")
    for name in ["cam-full", "cam-full", "cam-of-mars"]:
        with pytest.raises(DomainError):
            watch(person, name)
    for _ in range(3):
        tasks.usage()
    assert (minutes(), minutes("TAXI")) == ([(0, 0, 2)], [(0, 1, 0)])
    later(60)
    tasks.usage()
    assert minutes() == [(1, 0, 2)]


def test_a_refused_renewal_leaves_its_row_and_counts(agency_a, operator_a, viewer_a, later):
    agency_limit_set(agency=agency_a, cameras=1)
    cameras = [make_camera(f"cam-{n}", agency_a).camera_id for n in range(2)]
    lease = watch(operator_a, cameras[0])
    later(46)
    tasks.overdue()
    watch(viewer_a, cameras[1])
    with pytest.raises(DomainError):
        heartbeat(caller=operator_a, reservation_id=lease.pk, report={})
    row = StreamRequest.objects.get(action="refuse")
    assert (row.code, row.agency_code, row.reservation) == ("agency_limit_reached", "METRO", lease.pk)
    tasks.usage()
    assert minutes() == [(0, 1, 1)]


def test_a_stranger_who_guesses_leaves_no_agency_behind(camera_a, stranger):
    with pytest.raises(DomainError):
        watch(stranger)
    row = StreamRequest.objects.get(action="refuse")
    assert (row.code, row.agency_code) == ("camera_not_found", "")


def test_a_refusal_for_another_reason_names_the_agency_and_is_no_want_of_limit(camera_a, operator_a):
    camera_a.enabled = False
    camera_a.save()
    with pytest.raises(DomainError):
        watch(operator_a)
    tasks.usage()
    assert (StreamRequest.objects.get().agency_code, minutes()) == ("METRO", [])


def test_the_limit_of_a_minute_is_the_last_one_in_force(agency_a, later):
    agency_limit_set(agency=agency_a, cameras=9)
    watch_several(agency_a, 2)
    later(60)
    tasks.usage()
    agency_limit_set(agency=agency_a, cameras=1)
    tasks.usage()
    assert list(UsageMinute.objects.order_by("minute").values_list("peak", "limit")) == [(2, 9), (2, 1)]


def test_minutes_without_a_beat_are_counted_when_it_is_back(agency_a, later):
    person, leases = watch_several(agency_a, 2)
    tasks.usage()
    for _ in range(10):
        later(60)
        for lease in leases:
            heartbeat(caller=person, reservation_id=lease.pk, report={})
    tasks.usage()
    assert [peak for _, peak, _ in minutes()] == [2] * 11
    assert Pass.objects.filter(name="usage").exists()


def test_a_quiet_minute_has_no_row(agency_a):
    tasks.usage()
    assert not UsageMinute.objects.exists()


def aged(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def test_minutes_are_kept_for_as_many_days_as_the_setting_says(agency_a, settings):
    settings.USAGE_KEEP_DAYS = 10
    for days in (9, 11):
        UsageMinute.objects.create(agency=agency_a, minute=aged(days), limit=1)
    housekeeping()
    assert [row.minute > aged(10) for row in UsageMinute.objects.all()] == [True]
    settings.USAGE_KEEP_DAYS = 0
    UsageMinute.objects.update(minute=aged(4000))
    housekeeping()
    assert UsageMinute.objects.count() == 1
