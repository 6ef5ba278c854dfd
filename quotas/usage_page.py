"""An agency's usage as its page in the admin shows it: the plot, the same numbers as a table, and a file of minutes."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cameras.models import Agency
from cctv import clock
from cctv.digits import shown
from quotas.plot import Point, Tick, plot
from quotas.series import SPANS, usage_minutes, usage_points
from quotas.services import agency_limits

DEFAULT = "day"
NAMES = {
    "hour": gettext_lazy("last hour"),
    "day": gettext_lazy("last 24 hours"),
    "week": gettext_lazy("last 7 days"),
    "month": gettext_lazy("last 30 days"),
}
TIME, DAY, MOMENT = "H:i", "j M", "j M H:i"  # Django's letters
# A label every so often, and how it is written.
TICKS = {
    "hour": (timedelta(minutes=10), TIME),
    "day": (timedelta(hours=3), TIME),
    "week": (timedelta(days=1), DAY),
    "month": (timedelta(days=5), DAY),
}


@dataclass(frozen=True, slots=True)
class UsagePage:
    """What the template shows."""

    name: str
    spans: dict[str, str]
    picture: SafeString
    summary: str
    rows: list[tuple[str, Point]]
    time_zone: str


def usage_page(agency: Agency, name: str | None) -> UsagePage:
    """`name`: of SPANS; anything else is the default."""
    name, zone = known_span(name), ZoneInfo(agency.time_zone)
    span = SPANS[name]
    points = usage_points(agency, span, clock.now())
    summary = _summary(points, limit=agency_limits([agency])[agency.pk])
    title = _("Cameras of %(agency)s watched at once") % {"agency": agency.name}
    told = [replace(point, text=_told(point, zone)) for point in points]
    ticks = list(_ticks(name, points, zone))
    picture = plot(told, step=span.step, ticks=ticks, title=title, summary=summary)
    rows = [(_moment(point, zone), point) for point in reversed(points)]
    spans = {key: str(label) for key, label in NAMES.items()}
    return UsagePage(name, spans, mark_safe(picture), summary, rows, agency.time_zone)  # noqa: S308 - plot escapes


def known_span(name: str | None) -> str:
    return name if name in SPANS else DEFAULT


def usage_csv(agency: Agency, name: str | None) -> HttpResponse:
    """By the minute, times in the agency's zone (ISO 8601); the words of the first line are for programs."""
    name, zone = known_span(name), ZoneInfo(agency.time_zone)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="usage-{agency.code}-{name}.csv"'
    lines = csv.writer(answer)
    lines.writerow(["agency", "minute", "peak", "limit", "refusals"])
    for row in usage_minutes(agency, SPANS[name], clock.now()):
        minute = row.minute.astimezone(zone).isoformat(timespec="minutes")
        lines.writerow([agency.code, minute, row.peak, row.limit, row.refusals])
    return answer


def _summary(points: Sequence[Point], *, limit: int) -> str:
    told = {"peak": max(p.peak for p in points), "limit": limit, "refusals": sum(p.refusals for p in points)}
    numbers = {name: shown(number) for name, number in told.items()}
    return _("Most at once: %(peak)s. Limit now: %(limit)s. Refused: %(refusals)s.") % numbers


def _moment(point: Point, zone: ZoneInfo) -> str:
    return shown(date_format(point.at.astimezone(zone), MOMENT))


def _told(point: Point, zone: ZoneInfo) -> str:
    told = {"time": _moment(point, zone), "peak": shown(point.peak), "limit": shown(point.limit)}
    text = _("%(time)s: %(peak)s of %(limit)s cameras") % told
    return text + (_(", %(n)s refused") % {"n": shown(point.refusals)} if point.refusals else "")


def _ticks(name: str, points: Sequence[Point], zone: ZoneInfo) -> Iterator[Tick]:
    """At whole times of the agency's clock: counted from a midnight, and never so near the edge as to be cut."""
    every, form = TICKS[name]
    at = points[0].at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    while (moment := at.astimezone(UTC)) <= points[-1].at:
        if moment >= points[0].at + every / 8:
            yield Tick(moment, shown(date_format(at, form)))
        at += every
