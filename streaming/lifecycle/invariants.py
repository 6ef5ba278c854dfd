"""The invariants asked of the database and of every port (streaming.invariants says which, and what they mean)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from cameras.models import Agency
from cctv import clock
from quotas.services import agency_limit_of, site_limit, system_limit
from streaming.invariants import Breach, breach, broken
from streaming.lifecycle.world import rows_now, world_now
from streaming.models import Reservation, Stream
from streaming.querysets import ACTIVE
from streaming.states import OPEN

OVERDUE = timedelta(seconds=2)
LOOK_EVERY = 0.5  # seconds between two looks at what may be gone with the next
LEASE = (
    "pk", "camera_id", "camera__camera_id", "expires_at", "stream__camera_id", "stream__state", "stream__agency_id",
    "stream__watched_since",
)  # fmt: skip
Lease = dict[str, Any]


def row_breaches() -> list[Breach]:
    """From rows alone: these hold whenever one looks."""
    leases = list(Reservation.objects.filter(ACTIVE).values(*LEASE))
    return [*_of_leases(leases, clock.now()), *_double_streams(), *(_over_limits(leases) if leases else ())]


def world_breaches() -> list[Breach]:
    """One look at every port. What is in motion shows here too."""
    world = world_now()  # the world before the rows: what is made between the two is not missed by its row
    return broken(world, rows_now())


def lasting_breaches(seconds: float) -> list[Breach]:
    return watched(seconds).breaches


@dataclass(frozen=True, slots=True)
class Watched:
    """`unlisted`: what could not be listed at some look, and so was not compared."""

    breaches: list[Breach]
    unlisted: list[str]


def watched(seconds: float) -> Watched:
    """Of the rows, and of the world those that were there at every look for so long; none, as soon as there is none."""
    deadline = time.monotonic() + seconds
    unlisted: set[str] = set()

    def look() -> set[Breach]:
        world = world_now()
        unlisted.update(world.unlisted)
        return set(broken(world, rows_now()))

    lasting = look()
    while lasting and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY)
        lasting &= look()
    return Watched([*row_breaches(), *sorted(lasting, key=repr)], sorted(unlisted))


def _of_leases(leases: list[Lease], now: datetime) -> Iterator[Breach]:
    for lease in leases:
        camera_id, pk = lease["camera__camera_id"], str(lease["pk"])
        if lease["stream__state"] not in OPEN or lease["stream__camera_id"] != lease["camera_id"]:
            yield breach("lease_without_stream", camera_id, reservation=pk, stream_state=lease["stream__state"])
        if lease["expires_at"] < now - OVERDUE:
            by = round((now - lease["expires_at"]).total_seconds(), 1)
            yield breach("lease_overdue", camera_id, reservation=pk, seconds=by)


def _double_streams() -> Iterator[Breach]:
    several = Stream.objects.filter(state__in=OPEN).values("camera__camera_id").annotate(n=Count("pk")).filter(n__gt=1)
    for row in several.order_by("camera__camera_id"):
        yield breach("two_open_streams", row["camera__camera_id"], streams=row["n"])


def _over_limits(leases: list[Lease]) -> Iterator[Breach]:
    """More cameras are watched than the limit allows, and the last of them came after that limit was set."""
    cameras = {(one["stream__agency_id"], one["camera_id"]): one["stream__watched_since"] for one in leases}
    site = site_limit()
    most = system_limit(site)
    if _too_many(list(cameras.values()), most, site.changed_at):
        yield breach("system_over_limit", used=len(cameras), limit=most)
    for agency in Agency.objects.filter(pk__in={agency for agency, _ in cameras}).select_related("limit"):
        own, row = [since for (pk, _), since in cameras.items() if pk == agency.pk], getattr(agency, "limit", None)
        limit = agency_limit_of(agency)
        if _too_many(own, limit, row.changed_at if row else None):
            yield breach("agency_over_limit", agency=agency.code, used=len(own), limit=limit)


def _too_many(since: list[datetime | None], limit: int, set_at: datetime | None) -> bool:
    """A limit that was lowered below what is in use kills nobody: then the newest camera is older than the limit."""
    if len(since) <= limit:
        return False
    newest = max((at for at in since if at), default=None)
    # Of a limit that only the settings know nobody can say since when it is what it is.
    return set_at is not None and (newest is None or newest > set_at)
