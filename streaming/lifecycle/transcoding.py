"""Whether a camera's source has to be transcoded: learned from each life, so that a container gets the right limits."""

from __future__ import annotations

import logging

from cameras.models import Camera
from streaming.media.plane import plane
from streaming.media.ports import MediaError
from streaming.models import CameraWork, Stream

log = logging.getLogger(__name__)
PASSES = "H264"  # the one codec that every browser plays
OUTGREW = frozenset({"over_memory", "oom_killed"})  # by its own word, or by the kernel's


def transcodes(camera: Camera) -> bool | None:
    """What the camera's present source was seen to need; None where nobody knows yet."""
    row = CameraWork.objects.filter(camera_id=camera.pk, transcodes_revision=camera.source_revision).first()
    return row.transcodes if row else None


def learn_codec(stream: Stream) -> None:
    """Ask the gateway what it carries. H.264 is believed to pass, unless it once needed more (B-frames)."""
    try:
        status = plane().gateway.path_status(stream.camera.camera_id)
    except MediaError as error:
        log.info("codec not learned: %s", error.code, extra={"camera_id": stream.camera.camera_id})
        return
    if status is None or not status.video_codec:
        return
    needs = status.video_codec != PASSES
    if needs or transcodes(stream.camera) is None:
        _learned(stream, needs)


def learn_from(stream: Stream, code: str) -> None:
    """A pusher that outgrew its memory was transcoding after all: the next one gets room for it."""
    if code in OUTGREW:
        _learned(stream, True)


def _learned(stream: Stream, needs: bool) -> None:
    work = CameraWork.objects.filter(camera_id=stream.camera_id)
    work.update(transcodes=needs, transcodes_revision=stream.source_revision)
