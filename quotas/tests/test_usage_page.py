"""Usage on the agency's page: for those who may see the agency, in its own time, exact to the minute in the file."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from cameras.models import Agency
from cctv import clock
from quotas.models import AgencyLimit, UsageMinute
from quotas.series import SPANS, first_step, usage_points
from tests.cast import make_agency

NOON = datetime(2026, 3, 1, 12, 34, 56, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def used(
    agency: Agency, before: timedelta, peak: int, *, now: datetime = NOON, refusals: int = 0, limit: int = 9
) -> None:
    minute = (now - before).replace(second=0, microsecond=0)
    UsageMinute.objects.create(agency=agency, minute=minute, peak=peak, refusals=refusals, limit=limit)


def page_of(agency: Agency) -> str:
    return reverse("admin:cameras_agency_change", args=[agency.pk])


def file_of(agency: Agency) -> str:
    return reverse("admin:cameras_agency_usage", args=[agency.pk])


@pytest.fixture
def manager(agency_admin: User) -> User:
    """Administers agency A, and may come into the admin."""
    agency_admin.is_staff = True
    agency_admin.save()
    return agency_admin


@pytest.mark.parametrize(("name", "count"), [("hour", 60), ("day", 144), ("week", 168), ("month", 180)])
def test_every_span_is_at_most_two_hundred_points_and_ends_now(agency_a: Agency, name: str, count: int) -> None:
    points = usage_points(agency_a, SPANS[name], NOON)
    assert len(points) == count
    assert points[-1].at <= NOON < points[-1].at + SPANS[name].step


def test_a_point_is_the_most_of_its_minutes_and_the_sum_of_their_refusals(agency_a: Agency) -> None:
    for ago, peak in ((1, 3), (2, 7), (3, 5)):
        used(agency_a, ago * MINUTE, peak, refusals=2)
    used(agency_a, timedelta(minutes=30), 8)
    points = usage_points(agency_a, SPANS["day"], NOON)
    assert [(p.peak, p.limit, p.refusals) for p in points if p.peak] == [(8, 9, 0), (7, 9, 6)]


def test_other_agencies_and_other_times_are_left_out(agency_a: Agency, agency_b: Agency) -> None:
    used(agency_b, MINUTE, 5)
    used(agency_a, timedelta(days=2), 5)
    assert not any(point.peak for point in usage_points(agency_a, SPANS["day"], NOON))


def test_a_limit_holds_until_the_next_is_known(agency_a: Agency) -> None:
    used(agency_a, timedelta(days=3), 1, limit=9)
    used(agency_a, timedelta(minutes=30), 1, limit=5)
    AgencyLimit.objects.create(agency=agency_a, cameras=2, changed_at=NOON - timedelta(minutes=10))
    limits = [point.limit for point in usage_points(agency_a, SPANS["hour"], NOON)]
    assert limits == [9] * 29 + [5] * 20 + [2] * 11


def test_points_begin_at_the_agencys_own_hours(agency_a: Agency) -> None:
    agency_a.time_zone = "Asia/Kolkata"  # half an hour beside everybody else
    at = first_step(agency_a, SPANS["month"], NOON).astimezone(ZoneInfo("Asia/Kolkata"))
    assert (at.hour % 4, at.minute) == (0, 0)


@pytest.mark.parametrize("now", [datetime(2026, 3, 31, 9, tzinfo=UTC), datetime(2026, 10, 27, 9, tzinfo=UTC)])
@pytest.mark.parametrize("name", ["week", "month"])
def test_nothing_is_lost_where_clocks_are_changed(agency_a: Agency, now: datetime, name: str) -> None:
    agency_a.time_zone = "Europe/Berlin"
    for hours in range(24 * 7):
        used(agency_a, timedelta(hours=hours), 1, now=now, refusals=1)
    points = usage_points(agency_a, SPANS[name], now)
    assert points[-1].at <= now < points[-1].at + SPANS[name].step
    assert sum(point.refusals for point in points) == 24 * 7


def test_the_agencys_manager_sees_plot_table_and_file(client: Client, manager: User, agency_a: Agency) -> None:
    used(agency_a, timedelta(0), 3, now=clock.now(), refusals=2, limit=4)
    client.force_login(manager)
    page = client.get(page_of(agency_a), {"usage": "hour"}).content.decode()
    assert '<svg class="usage-plot"' in page
    assert "Most at once: 3. Limit now: 30. Refused: 2." in page
    assert "<td>3</td><td>4</td><td>2</td>" in page
    assert f'href="{file_of(agency_a)}?usage=hour"' in page


def test_a_manager_sees_no_foreign_agencys_usage(client: Client, manager: User) -> None:
    foreign = make_agency("TAXI")
    client.force_login(manager)
    assert client.get(page_of(foreign)).status_code == 302
    assert client.get(file_of(foreign)).status_code == 404


def test_who_is_not_staff_gets_no_file(client: Client, operator_a: User, agency_a: Agency) -> None:
    client.force_login(operator_a)
    assert client.get(file_of(agency_a)).status_code == 302


def test_the_file_has_the_minutes_in_the_agencys_time(client: Client, site_admin: User, agency_a: Agency) -> None:
    now = clock.now()
    used(agency_a, 2 * MINUTE, 3, now=now, refusals=1, limit=4)
    used(agency_a, timedelta(days=3), 3, now=now)
    client.force_login(site_admin)
    answer = client.get(file_of(agency_a), {"usage": "hour"})
    assert answer["Content-Disposition"] == 'attachment; filename="usage-METRO-hour.csv"'
    (row,) = csv.DictReader(answer.content.decode().splitlines())
    assert (row["agency"], row["peak"], row["limit"], row["refusals"]) == ("METRO", "3", "4", "1")
    told = datetime.fromisoformat(row["minute"])
    assert (told.utcoffset(), told) == (timedelta(hours=4), (now - 2 * MINUTE).replace(second=0, microsecond=0))


def test_a_span_that_nobody_knows_is_the_last_day(client: Client, site_admin: User, agency_a: Agency) -> None:
    client.force_login(site_admin)
    page = client.get(page_of(agency_a), {"usage": "<script>"}).content.decode()
    assert '?usage=day#usage" aria-current="true"' in page


def test_the_picture_needs_no_exception_from_the_pages_policy(
    client: Client, site_admin: User, agency_a: Agency
) -> None:
    client.force_login(site_admin)
    answer = client.get(page_of(agency_a))
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    usage = answer.content.decode().partition('<section class="usage"')[2].partition("</section>")[0]
    assert usage
    assert "style=" not in usage
    assert "<script" not in usage


def test_a_new_agency_has_no_usage_to_show(client: Client, site_admin: User) -> None:
    client.force_login(site_admin)
    with translation.override("en"):
        assert "usage-plot" not in client.get(reverse("admin:cameras_agency_add")).content.decode()
