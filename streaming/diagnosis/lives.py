"""What the rows say of each camera: the life of its stream, and how many hold a lease."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Count, Q, QuerySet

from streaming.models import Reservation, Stream
from streaming.querysets import ACTIVE, PAUSED, STALLED
from streaming.states import OPEN, UNFINISHED

Row = TypeVar("Row", Stream, Reservation)


@dataclass(frozen=True, slots=True)
class Life:
    """The camera's open stream, or the newest that is being torn down."""

    stream: int
    state: str
    since: datetime
    generation: int
    code: str
    ending: tuple[int, ...] = ()  # generations of other lives, which are being torn down beside it


@dataclass(frozen=True, slots=True)
class Leases:
    active: int = 0
    joined: int = 0
    paused: int = 0
    stalled: int = 0


def lives_now(only: str | None = None) -> dict[str, Life]:
    """By camera_id, of every camera with an unfinished stream."""
    found: dict[str, list[Stream]] = {}
    for row in _of(only, Stream.objects.select_related("camera").filter(state__in=UNFINISHED)):
        found.setdefault(row.camera.camera_id, []).append(row)
    return {camera_id: _life(rows) for camera_id, rows in found.items()}


def leases_now(only: str | None = None) -> dict[str, Leases]:
    """By camera_id, of every camera with an ACTIVE lease, whatever its stream says."""
    rows = _of(only, Reservation.objects.filter(ACTIVE)).values("camera__camera_id")
    counted = rows.annotate(
        active=Count("pk"),
        joined=Count("pk", filter=Q(joined_at__isnull=False)),
        paused=Count("pk", filter=PAUSED),
        stalled=Count("pk", filter=STALLED),
    ).order_by()
    names = ("active", "joined", "paused", "stalled")
    return {row["camera__camera_id"]: Leases(*(row[name] for name in names)) for row in counted}


def _of(only: str | None, rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.filter(camera__camera_id=only) if only is not None else rows


def _life(rows: list[Stream]) -> Life:
    shown = max(rows, key=lambda row: (row.state in OPEN, row.generation))
    ending = tuple(sorted(row.generation for row in rows if row is not shown))
    return Life(shown.pk, shown.state, shown.state_since, shown.generation, shown.code, ending)
