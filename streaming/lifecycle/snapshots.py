"""Still pictures: one keyframe of the camera as JPEG, taken by the pusher program's `snapshot`."""

from __future__ import annotations

import logging

from cameras.models import Camera
from cctv import clock
from streaming.lifecycle.source import source_of
from streaming.media.ports import MediaError
from streaming.media.snapshots import jpeg_of
from streaming.models import Snapshot

log = logging.getLogger(__name__)


def snapshot_take(camera_pk: int) -> None:
    camera = Camera.objects.filter(pk=camera_pk, enabled=True, archived_at__isnull=True).first()
    if camera is None or not camera.configured:
        return
    try:
        jpeg = jpeg_of(source_of(camera))
    except MediaError as error:
        log.info("no snapshot: %s", error.code, extra={"camera_id": camera.camera_id})
        return
    Snapshot.objects.update_or_create(camera=camera, defaults={"jpeg": jpeg, "taken_at": clock.now()})
