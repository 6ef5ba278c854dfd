"""How much of its limit each agency used, minute by minute. The counting is done by whoever holds the leases.

Every write is a GREATEST of what was counted from rows: to count again changes nothing, so no number can drift.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from cctv import clock
from quotas.models import UsageMinute

# One statement, since it runs under the locks of camera, agency and system; the minute is the one of that instant.
ADMITTED = """
    INSERT INTO quotas_usageminute AS had (agency_id, minute, peak, refusals, "limit")
    VALUES (%s, date_trunc('minute', clock_timestamp() + make_interval(secs => %s), 'UTC'), %s, 0, %s)
    ON CONFLICT (agency_id, minute) DO UPDATE
    SET peak = GREATEST(had.peak, EXCLUDED.peak), "limit" = EXCLUDED."limit"
"""
# Only the newest minute learns the limit of now: the ones before keep theirs. Sorted, so that two never deadlock.
COUNTED = """
    INSERT INTO quotas_usageminute AS had (agency_id, minute, peak, viewers, refusals, refused_otherwise, "limit")
    SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[])
    ORDER BY 1, 2
    ON CONFLICT (agency_id, minute) DO UPDATE
    SET peak = GREATEST(had.peak, EXCLUDED.peak),
        viewers = GREATEST(had.viewers, EXCLUDED.viewers),
        refusals = GREATEST(had.refusals, EXCLUDED.refusals),
        refused_otherwise = GREATEST(had.refused_otherwise, EXCLUDED.refused_otherwise),
        "limit" = CASE WHEN had.minute = %s THEN EXCLUDED."limit" ELSE had."limit" END
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """One minute of one agency, counted from rows: cameras and viewers at once, reserves and renewals refused."""

    agency: int
    minute: datetime
    watched: int
    viewers: int
    refusals: int  # for want of the agency's limit
    refused_otherwise: int  # of another: the system's, the camera's, the viewer's


def usage_admitted(*, agency_pk: int, watched: int, limit: int) -> None:
    """A camera was let in and `watched` cameras now count. The caller holds the agency's lock, so that is exact."""
    with connection.cursor() as cursor:
        cursor.execute(ADMITTED, [agency_pk, clock.offset.total_seconds(), watched, limit])


def usage_counted(rows: Iterable[Counted], limits: dict[int, int], *, newest: datetime) -> None:
    """Carries what was counted into its minutes; `limits`: of now, by the agency's primary key."""
    kept = [row for row in rows if row.agency in limits]
    columns: list[list[Any]] = [
        [row.agency for row in kept],
        [row.minute for row in kept],
        [row.watched for row in kept],
        [row.viewers for row in kept],
        [row.refusals for row in kept],
        [row.refused_otherwise for row in kept],
        [limits[row.agency] for row in kept],
    ]
    if kept:
        with connection.cursor() as cursor:
            cursor.execute(COUNTED, [*columns, newest])


def usage_forget(now: datetime) -> int:
    """Deletes minutes older than USAGE_KEEP_DAYS (0: none); answers how many."""
    if not settings.USAGE_KEEP_DAYS:
        return 0
    return UsageMinute.objects.filter(minute__lt=now - timedelta(days=settings.USAGE_KEEP_DAYS)).delete()[0]
