"""The history of viewers, streams and refusals: exact by the minute, in few points, of what the caller may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cctv import clock
from cctv.errors import DomainError
from quotas.models import UsageMinute
from quotas.services import agency_limit_set, site_limits_set
from streaming import tasks
from streaming.services.history import history, newest
from streaming.services.releasing import release
from streaming.services.renewing import heartbeat
from streaming.tests.steps import watch
from tests.cast import make_agency, make_camera, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("memory", "sent")]
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def a_minute_begins(later, transactional_db):
    """Five seconds into a minute, so that no test crosses into the next by chance."""
    now = clock.now()
    later(65 - now.second - now.microsecond / 1e6)


def used(agency, ago, **numbers):
    minute = clock.now().replace(second=0, microsecond=0) - ago
    UsageMinute.objects.create(agency=agency, minute=minute, **{"limit": 9, **numbers})


def viewers_by_minute():
    return list(UsageMinute.objects.order_by("minute").values_list("viewers", flat=True))


def people(count, role="operator"):
    return [make_user(f"op-{n}", METRO=role) for n in range(count)]


def test_several_viewers_of_one_camera_are_one_stream_and_several_viewers(camera_a):
    for person in people(3):
        watch(person)
    tasks.usage()
    row = UsageMinute.objects.get()
    assert (row.peak, row.viewers) == (1, 3)


def test_viewers_who_left_before_the_tick_are_counted_and_one_after_the_other_never_add_up(camera_a, later):
    for person in people(4):
        lease = watch(person)
        later(2)
        release(caller=person, reservation_id=lease.pk)
    tasks.usage()
    assert viewers_by_minute() == [1]
    first, second = people_again = [make_user(f"late-{n}", METRO="viewer") for n in range(2)]
    leases = [watch(person) for person in people_again]
    later(1)
    for person, lease in zip((first, second), leases, strict=True):
        release(caller=person, reservation_id=lease.pk)
    tasks.usage()
    assert viewers_by_minute() == [2]


def test_viewers_who_stay_are_carried_from_minute_to_minute(camera_a, later):
    leases = [(person, watch(person)) for person in people(2)]
    for _ in range(4):
        later(30)
        for person, lease in leases:
            heartbeat(caller=person, reservation_id=lease.pk, report={})
        tasks.usage()
    assert viewers_by_minute() == [2, 2, 2]


def test_a_renewed_viewer_is_counted_from_his_renewal_on(camera_a, operator_a, viewer_a, later):
    lease = watch(operator_a)
    later(46)
    tasks.overdue()
    other = watch(viewer_a)
    later(2)
    release(caller=viewer_a, reservation_id=other.pk)
    later(1)
    heartbeat(caller=operator_a, reservation_id=lease.pk, report={})
    tasks.usage()
    assert viewers_by_minute() == [1]


def test_refusals_for_other_limits_are_kept_beside_those_of_the_agency(agency_a, camera_a, operator_a, viewer_a):
    other = make_camera("cam-2", agency_a)
    site_limits_set(cameras=1)
    watch(operator_a)
    for _ in range(2):
        with pytest.raises(DomainError):
            watch(viewer_a, other.camera_id)
    agency_limit_set(agency=agency_a, cameras=1)
    with pytest.raises(DomainError):
        watch(viewer_a, other.camera_id)
    for _ in range(2):
        tasks.usage()
    row = UsageMinute.objects.get()
    assert (row.refusals, row.refused_otherwise) == (1, 2)


@pytest.mark.parametrize(("span", "count", "step"), [("hour", 60, 60), ("day", 144, 600), ("week", 168, 3600)])
def test_a_span_is_told_in_few_points_and_ends_now(agency_a, operator_a, span, count, step):
    told = history(operator_a, span)
    now = clock.now().timestamp()
    assert (told["span"], told["step"], len(told["at"])) == (span, step, count)
    assert told["at"][-1] <= now < told["at"][-1] + step
    lists = [told["viewers"], told["streams"], told["refusals"], *told["agencies"]["METRO"].values()]
    assert {len(each) for each in lists} == {count}


def test_agencies_are_added_up_within_a_minute_and_the_most_of_the_minutes_is_the_step(agency_a, agency_b, site_admin):
    for agency, numbers in ((agency_a, (3, 5, 1)), (agency_b, (2, 4, 2))):
        used(agency, MINUTE, peak=numbers[0], viewers=numbers[1], refusals=numbers[2], refused_otherwise=1)
    told = history(site_admin, "hour")
    assert (told["streams"][-2], told["viewers"][-2], told["refusals"][-2]) == (5, 9, 5)
    assert (told["agencies"]["METRO"]["peak"][-2], told["agencies"]["TAXI"]["peak"][-2]) == (3, 2)
    week = history(site_admin, "week")
    assert (max(week["streams"]), max(week["viewers"]), sum(week["refusals"])) == (5, 9, 5)


def test_a_limit_holds_until_the_next_is_known(agency_a, site_admin):
    used(agency_a, 3 * timedelta(days=1), peak=1, limit=9)
    used(agency_a, 30 * MINUTE, peak=1, limit=5)
    agency_limit_set(agency=agency_a, cameras=2)
    limits = history(site_admin, "hour")["agencies"]["METRO"]["limit"]
    assert limits == [9] * 29 + [5] * 30 + [2]


def test_others_numbers_are_not_in_it(agency_a, agency_b, operator_a, stranger):
    used(agency_b, MINUTE, peak=3, viewers=3)
    assert (max(history(operator_a, "hour")["viewers"]), set(history(operator_a, "hour")["agencies"])) == (0, {"METRO"})
    assert history(stranger, "hour")["agencies"] == {}


def test_an_unknown_span_is_the_hour_and_nobody_asks_without_a_login(api, operator_a, agency_a):
    assert api(operator_a).get("/api/v1/stream/history?span=century").json()["span"] == "hour"
    assert api().get("/api/v1/stream/history").status_code == 401
    assert api().get("/api/v1/stream/dashboard").status_code == 401


def test_the_newest_minute_moves_when_the_history_does(camera_a, agency_a, operator_a):
    assert newest([agency_a]) is None
    watch(operator_a)
    tasks.usage()
    assert newest([agency_a]) == [int(clock.now().replace(second=0, microsecond=0).timestamp()), 1, 1, 0]


def test_the_number_of_queries_does_not_grow_with_agencies_or_minutes(agency_a, site_admin, django_assert_num_queries):
    used(agency_a, MINUTE, peak=1)
    with CaptureQueriesContext(connection) as few:
        history(site_admin, "day")
    assert len(few) <= 7
    for code in ("TAXI", "PARKING", "DUBAI_POLICE"):
        for ago in range(1, 30):
            used(make_agency(code), ago * MINUTE, peak=1)
    with django_assert_num_queries(len(few)):
        history(site_admin, "day")
