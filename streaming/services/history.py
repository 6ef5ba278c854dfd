"""What the live numbers were: kept by the minute (quotas.UsageMinute), told in at most 200 points."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from cameras.access import Caller, visible_agencies
from cameras.models import Agency
from cctv import clock
from quotas.series import SPANS
from quotas.totals import usage_newest, usage_totals

DEFAULT = "hour"


def history(caller: Caller, span: str | None) -> dict[str, Any]:
    """Of the agencies the caller may see. Times are seconds since 1970; `at`: where each step begins."""
    name = span if span in SPANS else DEFAULT
    agencies = list(visible_agencies(caller))
    totals = usage_totals(agencies, SPANS[name], clock.now(), zone_of(caller))
    return {
        "span": name,
        "step": int(SPANS[name].step.total_seconds()),
        "at": [int(moment.timestamp()) for moment in totals.at],
        "viewers": totals.viewers,
        "streams": totals.streams,
        "refusals": totals.refusals,
        "agencies": {
            agency.code: {"peak": totals.agencies[agency.pk].peak, "limit": totals.agencies[agency.pk].limit}
            for agency in agencies
        },
    }


def newest(agencies: Collection[Agency]) -> list[int] | None:
    """Moves whenever the history did: the last minute with use, its viewers, streams and refusals. One query."""
    found = usage_newest(agencies, clock.now())
    return found and [int(found[0].timestamp()), *found[1:]]


def zone_of(caller: Caller) -> ZoneInfo:
    """The person's own; the site's for programs and for a name that this machine does not know."""
    try:
        return ZoneInfo(getattr(caller, "time_zone", "") or settings.TIME_ZONE)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)
