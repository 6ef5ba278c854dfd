"""What a stream or a probe learned about a camera: kept on its row, told to the browsers."""

from __future__ import annotations

from datetime import datetime

from cameras.models import CameraState
from cameras.services import camera_set_state
from streaming import events


def camera_seen(camera_pk: int, *, now: datetime) -> None:
    _set(camera_pk, CameraState.ONLINE, "", now)


def camera_away(camera_pk: int, code: str, *, now: datetime) -> None:
    _set(camera_pk, CameraState.OFFLINE, code, now)


def _set(camera_pk: int, state: CameraState, code: str, now: datetime) -> None:
    if camera_set_state(camera_pk, state=state, code=code, now=now):
        events.camera_state_changed(camera_pk)
