"""Derived names, one function each (DESIGN §2). All end in NAME_SUFFIX."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings

from cameras.models import CAMERA_ID


def room(camera_id: str) -> str:
    return f"camera_{camera_id}{settings.NAME_SUFFIX}"


def path(camera_id: str) -> str:
    return f"camera_{camera_id}{settings.NAME_SUFFIX}"


def camera_of_path(name: str) -> str | None:
    """The inverse of `path`; None for a name that is not of that form."""
    return _camera_of(name, path, settings.NAME_SUFFIX)


def sub_path(camera_id: str) -> str:
    return f"camera_{camera_id}_sub{settings.NAME_SUFFIX}"


def camera_of_sub_path(name: str) -> str | None:
    """The inverse of `sub_path`. No name is of both forms: an ID has no underscore."""
    return _camera_of(name, sub_path, f"_sub{settings.NAME_SUFFIX}")


def _camera_of(name: str, form: Callable[[str], str], tail: str) -> str | None:
    camera_id = name.removeprefix("camera_").removesuffix(tail)
    ours = name == form(camera_id) and re.fullmatch(CAMERA_ID, camera_id)
    return camera_id if ours else None


def pusher(camera_id: str) -> str:
    return f"whip-pusher-{camera_id}{settings.NAME_SUFFIX}"


def publisher(camera_id: str) -> str:
    return f"camera_{camera_id}_publisher{settings.NAME_SUFFIX}"


def viewer(reservation_id: str) -> str:
    return f"viewer_{reservation_id}{settings.NAME_SUFFIX}"
