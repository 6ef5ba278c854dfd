"""The camera that a command was told to look at."""

from __future__ import annotations

from django.core.management.base import CommandError

from cameras.models import Camera

USAGE = 2


def known_camera(camera_id: str | None) -> str | None:
    """As it was given; None where none was asked for. An empty name is that of no camera, and never means all.

    Raises CommandError with exit code 2.
    """
    if camera_id is not None and not Camera.objects.filter(camera_id=camera_id).exists():
        raise CommandError(f"There is no camera {camera_id!r}.", returncode=USAGE)
    return camera_id
