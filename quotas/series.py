"""Usage over a time, in so few points that they can be drawn: the most of each, and the limit at its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from cameras.models import Agency
from quotas.models import AgencyLimit, UsageMinute
from quotas.plot import Point
from quotas.services import agency_limits

POINTS = """
    SELECT date_bin(make_interval(secs => %s), minute, %s::timestamptz), max(peak), max("limit"), sum(refusals),
           (array_agg("limit" ORDER BY minute DESC))[1]
    FROM quotas_usageminute WHERE agency_id = %s AND minute >= %s::timestamptz AND minute <= %s::timestamptz
    GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Span:
    """How far back, and how much time one point stands for; never more than 200 points."""

    length: timedelta
    step: timedelta


SPANS = {
    "hour": Span(timedelta(hours=1), timedelta(minutes=1)),
    "day": Span(timedelta(days=1), timedelta(minutes=10)),
    "week": Span(timedelta(days=7), timedelta(hours=1)),
    "month": Span(timedelta(days=30), timedelta(hours=4)),
}


def usage_points(agency: Agency, span: Span, now: datetime) -> list[Point]:
    """Up to and with the step that `now` lies in, in UTC. Steps without use are there, with zeros."""
    first = first_step(agency, span, now)
    known = _known(agency, span, first, now)
    limit, changed = _limit_before(agency, first), _limit_now(agency)
    points = []
    for at in steps(first, span):
        if at + span.step > changed[0]:
            limit = changed[1]
        peak, most, refusals, last = known.get(at, (0, limit, 0, limit))
        points.append(Point(at, peak, most, refusals))
        limit = last
    return points


def usage_minutes(agency: Agency, span: Span, now: datetime) -> Iterator[UsageMinute]:
    """The minutes themselves, of the same time; those without use and refusal are not there."""
    first = first_step(agency, span, now)
    return UsageMinute.objects.filter(agency=agency, minute__gte=first, minute__lte=now).iterator()


def first_step(agency: Agency, span: Span, now: datetime) -> datetime:
    """Steps are counted from the agency's last midnight, so that they begin at times people know."""
    return first_step_in(ZoneInfo(agency.time_zone), span, now)


def first_step_in(zone: ZoneInfo, span: Span, now: datetime) -> datetime:
    """In UTC: Python's arithmetic in a zone would jump where its clocks are changed."""
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    return midnight + (now - midnight) // span.step * span.step + span.step - span.length


def steps(first: datetime, span: Span) -> Iterator[datetime]:
    at, end = first, first + span.length
    while at < end:
        yield at
        at += span.step


def _known(agency: Agency, span: Span, first: datetime, now: datetime) -> dict[datetime, tuple[int, int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(POINTS, [span.step.total_seconds(), first, agency.pk, first, now])
        return {at: (peak, limit, refusals, last) for at, peak, limit, refusals, last in cursor.fetchall()}


def _limit_before(agency: Agency, first: datetime) -> int:
    """The last one known before, else the first known after, else the one of now."""
    rows = UsageMinute.objects.filter(agency=agency)
    before = rows.filter(minute__lt=first).order_by("-minute").values_list("limit", flat=True).first()
    if before is not None:
        return before
    after = rows.order_by("minute").values_list("limit", flat=True).first()
    return _limit_now(agency)[1] if after is None else after


def _limit_now(agency: Agency) -> tuple[datetime, int]:
    """Since when, as far as that is known, and what."""
    row = AgencyLimit.objects.filter(agency=agency).first()
    since = row.changed_at if row and row.changed_at else datetime.max.replace(tzinfo=UTC)
    return since, agency_limits([agency])[agency.pk]
