"""Up to which generation a camera's ingests have ended, in our rows: LiveKit itself would make one of any generation.

Whoever comes late (a worker that hung, a token still good) finds its generation ended, in both kinds of ingest.
"""

from __future__ import annotations

from django.db.models import F
from django.db.models.functions import Greatest

from cameras.models import Camera
from streaming.media.ports import MediaError
from streaming.models import CameraWork


def begin(camera_id: str, generation: int) -> None:
    """Every older generation has ended. MediaError("superseded") where this one has."""
    camera = Camera.objects.filter(camera_id=camera_id).first()
    if camera is None:
        raise MediaError("camera_not_found", permanent=True)
    CameraWork.objects.get_or_create(camera=camera)
    end(camera_id, up_to=generation - 1)
    refuse_ended(camera_id, generation)


def end(camera_id: str, *, up_to: int) -> None:
    """None of them comes back. One statement, and never backwards."""
    work = CameraWork.objects.filter(camera__camera_id=camera_id)
    work.update(ingests_ended=Greatest(F("ingests_ended"), up_to))


def refuse_ended(camera_id: str, generation: int) -> None:
    """MediaError("superseded") for a generation that has ended."""
    if CameraWork.objects.filter(camera__camera_id=camera_id, ingests_ended__gte=generation).exists():
        raise MediaError("superseded", generation=generation)
