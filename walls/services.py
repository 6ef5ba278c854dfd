"""Walls made, saved and deleted. Who may is decided by the caller through walls.access.

Making and saving raise DomainError: `too_many_tiles` (422), `camera_not_found` (404, which one) and `agency_forbidden`
(403, to share with an agency where one watches nothing).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.models import User
from cameras.access import Visitor, visible_cameras, watched_agencies
from cameras.busy import busy_when_locked
from cameras.models import Agency
from cctv import clock
from cctv.errors import DomainError
from walls.layouts import TILES
from walls.models import Wall, WallTile


class WallDetails(TypedDict):
    name: str
    layout: str
    agency: str | None  # a code: shared with its members
    tiles: Mapping[int, str | None]  # place → camera_id, or None: nothing there


def wall_create(*, owner: User, details: WallDetails) -> Wall:
    _allow(details["layout"])
    agency, cameras = _agency(owner, details["agency"], None), _cameras(owner, details)
    with busy_when_locked(), transaction.atomic():
        wall = Wall.objects.create(
            owner=owner, agency=agency, name=details["name"], layout=details["layout"], updated_at=clock.now()
        )
        _fill(wall, cameras)
    return wall


def wall_save(*, caller: Visitor, wall: Wall, version: int, details: WallDetails) -> Wall:
    """The wall as it is now. Raises `wall_changed` (409) where `version` is not the newest.

    A tile that is not named keeps a camera that the caller may not see: he cannot have meant to remove it.
    """
    _allow(details["layout"])
    agency, cameras = _agency(caller, details["agency"], wall.agency), _cameras(caller, details)
    with busy_when_locked(), transaction.atomic():
        _next_version(wall, version, name=details["name"], layout=details["layout"], agency=agency)
        seen = visible_cameras(caller).order_by().values("pk")
        unseen = dict(WallTile.objects.filter(wall=wall).exclude(camera__in=seen).values_list("place", "camera_id"))
        kept = {place: pk for place, pk in unseen.items() if place not in details["tiles"]}
        WallTile.objects.filter(wall=wall).delete()
        wall.refresh_from_db()
        _fill(wall, kept | cameras)
    return wall


def wall_delete(*, wall: Wall) -> None:
    with busy_when_locked(), transaction.atomic():
        Wall.objects.filter(pk=wall.pk).delete()


def _next_version(wall: Wall, version: int, *, name: str, layout: str, agency: Agency | None) -> None:
    """Compare-and-set: of two who changed the same wall the second one is told."""
    changed = Wall.objects.filter(pk=wall.pk, version=version).update(
        version=F("version") + 1, name=name, layout=layout, agency=agency, updated_at=clock.now()
    )
    if not changed:
        raise DomainError("wall_changed", 409)


def _allow(layout: str) -> None:
    limit = settings.MOSAIC_MAX_TILES
    if TILES[layout] > limit:
        raise DomainError("too_many_tiles", 422, limit=limit, setting="MOSAIC_MAX_TILES")


def _agency(caller: Visitor, code: str | None, before: Agency | None) -> Agency | None:
    if code is None or (before is not None and before.code == code):
        return before if code else None
    agency = watched_agencies(caller).filter(code=code).first()
    if agency is None:
        raise DomainError("agency_forbidden", 403)
    return agency


def _cameras(caller: Visitor, details: WallDetails) -> dict[int, int]:
    """Place → key of the camera, in one query."""
    wanted = {place: camera_id for place, camera_id in details["tiles"].items() if camera_id is not None}
    rows = visible_cameras(caller).order_by().filter(camera_id__in=set(wanted.values()))
    keys = dict(rows.values_list("camera_id", "pk"))
    for camera_id in wanted.values():
        if camera_id not in keys:
            raise DomainError("camera_not_found", 404, camera_id=camera_id)
    return {place: keys[camera_id] for place, camera_id in wanted.items()}


def _fill(wall: Wall, cameras: Mapping[int, int]) -> None:
    """Places beyond the layout are left out."""
    shown = {place: key for place, key in cameras.items() if place < wall.tiles}
    WallTile.objects.bulk_create(WallTile(wall=wall, place=place, camera_id=key) for place, key in shown.items())
