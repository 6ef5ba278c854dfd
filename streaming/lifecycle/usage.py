"""The 10 s tick: what each agency used and was refused, counted anew from rows and handed to quotas.

A camera comes to count only by an admission, which writes its peak itself; so the most of a minute is either one of
those or what stood at the minute's beginning, and that can be counted later from the leases. Viewers come and go
without an admission of their camera: the most of them at once is found by running through the leases' beginnings and
ends. Nothing is sampled.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from cameras.models import Agency
from cctv import clock
from quotas.history import Counted, usage_counted
from quotas.services import agency_limits
from streaming.models import Pass

MINUTE = timedelta(minutes=1)
LONGEST = timedelta(days=1)  # a beat that was away for longer leaves a gap
OTHERS = ["system_limit_reached", "stream_at_capacity", "viewer_limit_reached"]  # limits that are not the agency's
# A lease released after it had expired got its end written twice: it ended when it was due. One that was renewed
# after a minute's beginning had perhaps lapsed then, and is left out: its renewal was an admission.
COUNT = """
    WITH clock AS MATERIALIZED (
        SELECT date_trunc('minute', clock_timestamp() + make_interval(secs => %(offset)s), 'UTC') AS newest
    ), minutes AS (
        SELECT generate_series(%(first)s::timestamptz, newest, interval '1 minute') AS minute FROM clock
    ), leases AS (
        SELECT lease.id, lease.camera_id, stream.agency_id, lease.created_at, lease.state = 'ACTIVE' AS active,
               CASE lease.state WHEN 'ACTIVE' THEN 'infinity'
                                WHEN 'RELEASED' THEN LEAST(lease.ended_at, lease.expires_at)
                                ELSE lease.ended_at END AS ended_at
        FROM streaming_reservation AS lease JOIN streaming_stream AS stream ON stream.id = lease.stream_id
        WHERE lease.id IN (SELECT id FROM streaming_reservation WHERE state = 'ACTIVE' UNION ALL
                           SELECT id FROM streaming_reservation WHERE ended_at > %(first)s)
    ), renewed AS (
        SELECT reservation, at FROM streaming_streamrequest WHERE at > %(first)s AND action = 'renew'
    ), lives AS (
        SELECT agency_id, ended_at,
               COALESCE((SELECT max(at) FROM renewed WHERE renewed.reservation = leases.id), created_at) AS began
        FROM leases
    ), moves AS (
        SELECT agency_id, began AS at, 1 AS step FROM lives
        UNION ALL SELECT agency_id, ended_at, -1 FROM lives WHERE ended_at < 'infinity'
    ), held AS (
        SELECT agency_id, at, sum(step) OVER (PARTITION BY agency_id ORDER BY at, step) AS viewers FROM moves
    ), counted AS (
        SELECT agency_id, minute, count(DISTINCT camera_id) AS watched, count(*) AS viewers, 0 AS own, 0 AS others
        FROM minutes JOIN leases ON leases.created_at <= minute AND leases.ended_at > minute
        WHERE NOT EXISTS (SELECT FROM renewed WHERE renewed.reservation = leases.id AND renewed.at > minute)
        GROUP BY 1, 2
        UNION ALL
        SELECT agency_id, newest, count(DISTINCT camera_id), count(*), 0, 0
        FROM leases, clock WHERE active GROUP BY 1, 2
        UNION ALL
        SELECT agency_id, date_trunc('minute', at, 'UTC'), 0, max(viewers), 0, 0
        FROM held, clock WHERE at >= %(first)s AND at < newest + interval '1 minute' GROUP BY 1, 2
        UNION ALL
        SELECT agency.id, date_trunc('minute', at, 'UTC'), 0, 0,
               count(*) FILTER (WHERE streaming_streamrequest.code = 'agency_limit_reached'),
               count(*) FILTER (WHERE streaming_streamrequest.code = ANY(%(others)s))
        FROM streaming_streamrequest JOIN cameras_agency AS agency ON agency.code = agency_code
        WHERE at >= %(first)s AND action = 'refuse'
              AND streaming_streamrequest.code = ANY(%(others)s || ARRAY['agency_limit_reached'])
        GROUP BY 1, 2
    )
    SELECT agency_id, minute, max(watched), max(viewers), max(own), max(others), max(newest)
    FROM counted, clock GROUP BY 1, 2 HAVING max(watched) + max(viewers) + max(own) + max(others) > 0
"""


def usage_tick() -> None:
    """The minutes from the one before the last pass up to this one."""
    rows = _count(first=_first(clock.now()))
    if rows:
        limits = agency_limits(Agency.objects.filter(pk__in={row[0] for row in rows}))
        usage_counted([Counted(*row[:6]) for row in rows], limits, newest=rows[0][6])


def _first(now: datetime) -> datetime:
    """Never younger than the minute before: what was refused in its last second is committed a little later."""
    last = Pass.objects.filter(name="usage").values_list("ended_at", flat=True).first() or now
    since = max(min(last, now) - MINUTE, now - LONGEST)
    return since.replace(second=0, microsecond=0)


def _count(*, first: datetime) -> list[tuple[int, datetime, int, int, int, int, datetime]]:
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"first": first, "offset": clock.offset.total_seconds(), "others": OTHERS}
        cursor.execute(COUNT, values)
        return list(cursor.fetchall())
