"""The still picture of a camera: the last one at once, a newer one asked for when it is old."""

from __future__ import annotations

from datetime import timedelta

from cameras.access import Caller, camera_for
from cctv import clock
from cctv.errors import DomainError
from streaming import tasks
from streaming.models import Snapshot

FRESH = timedelta(seconds=10)


def snapshot_for(caller: Caller, camera_id: str) -> Snapshot:
    """Raises 404 `snapshot_not_available` (with Retry-After) while there is none yet."""
    camera = camera_for(caller, camera_id, watch=True)
    picture = Snapshot.objects.filter(camera=camera).first()
    if picture is None or clock.now() - picture.taken_at > FRESH:
        tasks.send(tasks.snapshot, camera.pk)
    if picture is None:
        raise DomainError("snapshot_not_available", 404, retry_after=3)
    return picture
