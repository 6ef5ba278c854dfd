"""Derived names, one function each (DESIGN §2). All end in NAME_SUFFIX."""

from __future__ import annotations

from django.conf import settings


def room(camera_id: str) -> str:
    return f"camera_{camera_id}{settings.NAME_SUFFIX}"


def path(camera_id: str) -> str:
    return f"camera_{camera_id}{settings.NAME_SUFFIX}"


def sub_path(camera_id: str) -> str:
    return f"camera_{camera_id}_sub{settings.NAME_SUFFIX}"


def pusher(camera_id: str) -> str:
    return f"whip-pusher-{camera_id}{settings.NAME_SUFFIX}"


def publisher(camera_id: str) -> str:
    return f"camera_{camera_id}_publisher{settings.NAME_SUFFIX}"


def viewer(reservation_id: str) -> str:
    return f"viewer_{reservation_id}{settings.NAME_SUFFIX}"
