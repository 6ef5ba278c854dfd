"""The still picture of a camera: the last one at once, a newer one asked for when it is old."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from cameras.access import Caller, camera_for
from cctv import clock
from cctv.errors import DomainError
from streaming import tasks
from streaming.models import CameraWork, Snapshot

FRESH = timedelta(seconds=10)


def snapshot_for(caller: Caller, camera_id: str) -> Snapshot:
    """Raises 404 `snapshot_not_available` (with Retry-After) while there is none yet."""
    camera = camera_for(caller, camera_id, watch=True)
    picture = Snapshot.objects.filter(camera=camera).first()
    if picture is None or clock.now() - picture.taken_at > FRESH:
        _ask(camera.pk)
    if picture is None:
        raise DomainError("snapshot_not_available", 404, retry_after=3)
    return picture


def poster_for(caller: Caller, camera_id: str) -> Snapshot | None:
    """The picture there is, however old; nothing is asked for, so that a wall of players costs rows and no cameras."""
    camera = camera_for(caller, camera_id, watch=True)
    picture = Snapshot.objects.filter(camera=camera).first()
    if picture is not None:
        picture.camera = camera
    return picture


def _ask(camera_pk: int) -> None:
    """At most one a camera in that time, however many look at it, and whatever became of the last one."""
    now = clock.now()
    CameraWork.objects.get_or_create(camera_id=camera_pk)
    long_ago = Q(snapshot_asked_at=None) | Q(snapshot_asked_at__lt=now - FRESH)
    if CameraWork.objects.filter(long_ago, camera_id=camera_pk).update(snapshot_asked_at=now):
        tasks.send_after_commit(tasks.snapshot, camera_pk)
