"""Cameras known to be away are asked now and then; their return is announced (DESIGN §3.7)."""

from __future__ import annotations

from cameras.models import Camera, CameraState
from cctv import clock
from streaming.lifecycle.camera_states import camera_away, camera_seen
from streaming.lifecycle.source import source_of
from streaming.media.ports import MediaError
from streaming.media.rtsp_probe import describe
from streaming.models import Stream
from streaming.states import UNFINISHED


def away() -> list[int]:
    """Cameras to ask: offline, in use by agencies, and not just being started by somebody."""
    offline = Camera.objects.filter(
        state=CameraState.OFFLINE, enabled=True, archived_at__isnull=True, agency__enabled=True
    )
    busy = Stream.objects.filter(state__in=UNFINISHED).values("camera_id")
    return list(offline.exclude(pk__in=busy).values_list("pk", flat=True))


def probe(camera_pk: int) -> None:
    camera = Camera.objects.get(pk=camera_pk)
    if not camera.configured:
        return
    try:
        describe(source_of(camera))
    except MediaError as error:
        camera_away(camera_pk, error.code, now=clock.now())
    else:
        camera_seen(camera_pk, now=clock.now())
