"""Fresh viewer tokens: one room, one identity, worth nothing without an ACTIVE lease."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings

from cameras.access import Caller, camera_for
from cctv.errors import DomainError
from streaming.media import names
from streaming.media.plane import plane
from streaming.models import Reservation
from streaming.services.answers import hls_url
from streaming.services.beats import Beat
from streaming.services.callers import reservation_for
from streaming.services.renewing import ended
from streaming.states import PLAYING, ReservationState


def lease_for_token(caller: Caller, camera_id: str, reservation_id: str | None) -> Reservation:
    """The named lease of that camera, or the caller's only one. 404, 409 `several_reservations`, 410."""
    camera = camera_for(caller, camera_id, watch=True)
    if reservation_id is not None:
        lease = reservation_for(caller, reservation_id)
        if lease.camera_id != camera.pk:
            raise DomainError("reservation_not_found", 404)
        if lease.state != ReservationState.ACTIVE:
            raise ended(lease)
        return lease
    return _only_one(caller, camera.pk)


def _only_one(caller: Caller, camera_pk: int) -> Reservation:
    rows = caller.reservations.filter(camera_id=camera_pk, state=ReservationState.ACTIVE)
    found = list(rows.values_list("pk", flat=True)[:2])
    if not found:
        raise DomainError("reservation_not_found", 404)
    if len(found) > 1:
        raise DomainError("several_reservations", 409)
    return reservation_for(caller, found[0])


def token_answer(lease: Reservation) -> dict[str, Any]:
    """Null until LIVE, as in the reservation."""
    live = lease.stream.state in PLAYING
    camera_id = lease.camera.camera_id
    access = plane().sfu.viewer_access(camera_id, str(lease.pk)) if live else None
    return {
        "reservation_id": str(lease.pk),
        "room_name": names.room(camera_id),
        "livekit_url": access.url if access else None,
        "livekit_token": access.token if access else None,
        "hls_url": hls_url(lease) if live else None,
        "expires_in": settings.VIEWER_TOKEN_SECONDS,
    }


def beat_answer(beat: Beat) -> dict[str, str]:
    return {"state": beat.state, "expires_at": beat.expires_at.isoformat()} | token_renewed(beat)


def token_renewed(beat: Beat) -> dict[str, str]:
    """A new token in a heartbeat's answer, in the last quarter of the old one's life and after it."""
    if beat.state not in PLAYING:
        return {}
    age = (beat.at - beat.created_at) % timedelta(seconds=settings.VIEWER_TOKEN_SECONDS)
    if age.total_seconds() < settings.VIEWER_TOKEN_SECONDS * 0.75:
        return {}
    token = plane().sfu.viewer_access(beat.camera_id, str(beat.pk)).token
    return {"livekit_token": token} if token else {}
