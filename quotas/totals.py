"""The history of several agencies at once: in as few queries for forty agencies as for one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from cameras.models import Agency
from quotas.models import AgencyLimit
from quotas.series import SPANS, Span, first_step_in, steps
from quotas.services import agency_limits

# What lies within one minute counts as having been at once.
TOGETHER = """
    SELECT date_bin(make_interval(secs => %(step)s), minute, %(first)s::timestamptz),
           max(viewers), max(peak), sum(refused)
    FROM (SELECT minute, sum(viewers) AS viewers, sum(peak) AS peak, sum(refusals + refused_otherwise) AS refused
          FROM quotas_usageminute WHERE agency_id = ANY(%(agencies)s) AND minute >= %(first)s AND minute <= %(now)s
          GROUP BY minute) AS each
    GROUP BY 1
"""
APART = """
    SELECT agency_id, date_bin(make_interval(secs => %(step)s), minute, %(first)s::timestamptz), max(peak),
           (array_agg("limit" ORDER BY minute DESC))[1]
    FROM quotas_usageminute WHERE agency_id = ANY(%(agencies)s) AND minute >= %(first)s AND minute <= %(now)s
    GROUP BY 1, 2 ORDER BY 2
"""
# The limit that held before: one look into the index for each agency, not all of its minutes.
BEFORE = """
    SELECT one.id, (SELECT "limit" FROM quotas_usageminute AS had
                    WHERE had.agency_id = one.id AND had.minute < %(first)s ORDER BY had.minute DESC LIMIT 1)
    FROM unnest(%(agencies)s::bigint[]) AS one (id)
"""
# The newest of its minutes.
NEWEST = """
    SELECT minute, sum(viewers), sum(peak), sum(refusals + refused_otherwise) FROM quotas_usageminute
    WHERE agency_id = ANY(%(agencies)s) AND minute > %(since)s GROUP BY 1 ORDER BY 1 DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Limited:
    """Of one agency, one number a step."""

    peak: list[int]
    limit: list[int]


@dataclass(frozen=True, slots=True)
class Totals:
    """One number a step: the most at once of viewers and of cameras, and how many were refused for any limit."""

    at: list[datetime]
    viewers: list[int]
    streams: list[int]
    refusals: list[int]
    agencies: dict[int, Limited]  # by primary key


def usage_totals(agencies: Collection[Agency], span: Span, now: datetime, zone: ZoneInfo) -> Totals:
    """Up to and with the step that `now` lies in; steps begin at times people of that zone know. Five queries."""
    first = first_step_in(zone, span, now)
    at = list(steps(first, span))
    asked = {"agencies": [a.pk for a in agencies], "first": first, "now": now, "step": span.step.total_seconds()}
    together = {row[0]: row[1:] for row in _rows(TOGETHER, asked)}
    columns = zip(*(together.get(moment, (0, 0, 0)) for moment in at), strict=True)
    viewers, streams, refusals = ([int(number) for number in column] for column in columns)
    return Totals(at, viewers, streams, refusals, _apart(agencies, asked, at, span))


def usage_newest(agencies: Collection[Agency], now: datetime) -> tuple[datetime, int, int, int] | None:
    """The last hour's newest minute: viewers, cameras, refusals. Whoever keeps a history sees by it that it moved."""
    found = _rows(NEWEST, {"agencies": [a.pk for a in agencies], "since": now - SPANS["hour"].length})
    return (found[0][0], *(int(number) for number in found[0][1:])) if found else None


def _apart(agencies: Collection[Agency], asked: dict[str, Any], at: list[datetime], span: Span) -> dict[int, Limited]:
    known: dict[int, dict[datetime, tuple[int, int]]] = {agency.pk: {} for agency in agencies}
    for pk, moment, peak, limit in _rows(APART, asked):
        known[pk][moment] = (peak, limit)
    before, now = dict(_rows(BEFORE, asked)), agency_limits(agencies)
    changed = dict(AgencyLimit.objects.filter(agency__in=agencies).values_list("agency_id", "changed_at"))
    return {pk: _limited(rows, at, span, before[pk], now[pk], changed.get(pk)) for pk, rows in known.items()}


def _limited(
    rows: dict[datetime, tuple[int, int]],
    at: list[datetime],
    span: Span,
    before: int | None,
    now: int,
    changed: datetime | None,
) -> Limited:
    """A limit holds until another is known: from a minute with use, or from the moment it was set."""
    limit = before if before is not None else next((known for _, known in rows.values()), now)
    found = Limited([], [])
    for moment in at:
        if changed is not None and moment + span.step > changed:
            limit = now
        peak, limit = rows.get(moment, (0, limit))
        found.peak.append(peak)
        found.limit.append(limit)
    return found


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
