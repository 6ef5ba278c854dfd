"""What the tests of walls are about."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from walls.models import Wall
from walls.services import wall_create


def make_wall(owner: User, *cameras: str | None, **fields: Any) -> Wall:
    """Four tiles from the first on: make_wall(ali, "cam-a", None, "cam-b", agency="METRO")."""
    details = {"name": "Crossroads", "layout": "4", "agency": None, "tiles": dict(enumerate(cameras)), **fields}
    return wall_create(owner=owner, details=details)  # type: ignore[arg-type]


def body(*cameras: str | None, **fields: Any) -> dict[str, Any]:
    """Of a request that makes a wall, or, with `version`, saves one."""
    tiles = [{"place": place, "camera_id": camera_id} for place, camera_id in enumerate(cameras)]
    return {"name": "Crossroads", "layout": "4", "tiles": tiles, **fields}


def shown(answer: dict[str, Any]) -> list[str | None]:
    """The camera_id of each tile."""
    return [tile["camera"] and tile["camera"]["camera_id"] for tile in answer["tiles"]]
