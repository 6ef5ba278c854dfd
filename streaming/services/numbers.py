"""Live numbers, from rows: streams are watched cameras, viewers are ACTIVE leases; the publisher is never one."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from cameras.access import Caller, visible_agencies
from cameras.models import Agency
from quotas.services import agency_limits
from streaming.models import Reservation
from streaming.querysets import PAUSED, STALLED
from streaming.states import ReservationState


def stats(caller: Caller) -> dict[str, Any]:
    """Of the agencies that the caller may see; every one of them is named, zeros too. Three or four queries."""
    agencies = list(visible_agencies(caller))
    rows = _per_camera(agencies)
    limits = agency_limits(agencies)
    return {
        "active_streams": len(rows),
        "total_viewers": sum(row["viewers"] for row in rows),
        "source_counts": {agency.code: len(_of(agency, rows)) for agency in agencies},
        "agencies": [_agency(agency, _of(agency, rows), limits[agency.pk]) for agency in agencies],
        "camera_stats": [_camera(row) for row in rows],
    }


def _per_camera(agencies: list[Agency]) -> list[dict[str, Any]]:
    active = Reservation.objects.filter(state=ReservationState.ACTIVE, stream__agency__in=agencies)
    grouped = active.values(
        "camera__camera_id", "camera__name_en", "camera__name_ar", "stream__agency_id", "stream__state"
    )
    counted = grouped.annotate(
        viewers=Count("pk"),
        joined=Count("pk", filter=Q(joined_at__isnull=False)),
        paused=Count("pk", filter=PAUSED),
        stalled=Count("pk", filter=STALLED),
    )
    return list(counted.order_by("-viewers", "camera__camera_id"))


def _of(agency: Agency, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["stream__agency_id"] == agency.pk]


def _agency(agency: Agency, rows: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    viewers = sum(row["viewers"] for row in rows)
    return {
        "code": agency.code,
        "name_en": agency.name_en,
        "name_ar": agency.name_ar,
        "name": agency.name,
        "used": len(rows),
        "limit": limit,
        "viewers": viewers,
    }


def _camera(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "camera_id": row["camera__camera_id"],
        "name_en": row["camera__name_en"],
        "name_ar": row["camera__name_ar"],
        "viewer_count": row["viewers"],
        "joined": row["joined"],
        "paused": row["paused"],
        "stalled": row["stalled"],
        "state": row["stream__state"],
    }
