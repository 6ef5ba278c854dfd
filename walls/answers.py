"""What is told of a wall, by the API and in the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cameras.access import Visitor, visible_cameras
from cameras.models import Camera
from walls.access import changer, is_own
from walls.models import Wall, WallTile


def rows(caller: Visitor, walls: Iterable[Wall]) -> list[dict[str, Any]]:
    """Each without its tiles; one query."""
    may_change = changer(caller)
    return [
        {
            "id": wall.pk,
            "name": wall.name,
            "layout": wall.layout,
            "agency": wall.agency and wall.agency.code,
            "owner": wall.owner.get_username(),
            "mine": is_own(caller, wall),
            "may_change": may_change(wall),
            "version": wall.version,
            "updated_at": wall.updated_at,
        }
        for wall in walls
    ]


def whole(caller: Visitor, wall: Wall) -> dict[str, Any]:
    """With every tile of its layout. `hidden`: a camera that is gone or that the caller may not see, no difference."""
    filled = dict(WallTile.objects.filter(wall=wall, place__lt=wall.tiles).values_list("place", "camera_id"))
    seen = visible_cameras(caller).order_by().select_related("agency").in_bulk(filled.values())
    tiles = [_tile(place, filled.get(place), seen) for place in range(wall.tiles)]
    return rows(caller, [wall])[0] | {"tiles": tiles}


def _tile(place: int, key: int | None, seen: dict[int, Camera]) -> dict[str, Any]:
    camera = seen.get(key) if key is not None else None
    return {"place": place, "camera": camera and _camera(camera), "hidden": key is not None and camera is None}


def _camera(camera: Camera) -> dict[str, Any]:
    return {
        "camera_id": camera.camera_id,
        "name": camera.name,
        "agency": camera.agency.code,
        "state": camera.state,
        "has_sub": camera.has_sub,
        "audio": camera.audio,
    }
