"""Viewers who play HLS from the gateway: whose a session is, and the end of those without an ACTIVE lease.

The gateway asks us once per session and not for every file; so whoever lost the lease is kicked, and the new session
that the player asks for is refused.
"""

from __future__ import annotations

import logging
import uuid

from django.core import signing

from cameras.models import Camera
from streaming.media import names
from streaming.media.plane import plane
from streaming.media.ports import HlsSession, MediaError
from streaming.models import Reservation
from streaming.states import ReservationState

log = logging.getLogger(__name__)
SALT = "streaming.hls"


def token_of(reservation: uuid.UUID) -> str:
    """Signed, not stored: it is worth nothing without its ACTIVE lease."""
    return signing.dumps(str(reservation), salt=SALT)


def reservation_of(token: str) -> uuid.UUID | None:
    """None for what we never signed."""
    try:
        return uuid.UUID(signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def viewer_of(session: HlsSession) -> str:
    """The identity of the viewer whose token the session showed; empty where it showed none of ours."""
    pk = reservation_of(session.token.reveal())
    return names.viewer(str(pk)) if pk else ""


def kick_ended(camera_pk: int) -> None:
    """Whoever plays this camera's HLS without an ACTIVE lease. What fails is left to the reconciler."""
    camera_id = Camera.objects.values_list("camera_id", flat=True).get(pk=camera_pk)
    try:
        for session in plane().gateway.hls_sessions():
            if session.camera_id == camera_id:
                kick_unless_active(session.session_id, camera_id, viewer_of(session))
    except MediaError as error:
        log.warning("HLS viewers not kicked yet: %s", error.code, extra={"camera_id": camera_id})


def kick_unless_active(session_id: str, camera_id: str, viewer: str) -> None:
    """By the rows of now: the lease may have come, or been renewed, after the listing."""
    if viewer not in active_viewers(camera_id):
        log.info("kicking an HLS viewer without a lease", extra={"camera_id": camera_id})
        plane().gateway.kick_hls(session_id)


def active_viewers(camera_id: str) -> set[str]:
    """Identities with an ACTIVE lease."""
    active = Reservation.objects.filter(state=ReservationState.ACTIVE, camera__camera_id=camera_id)
    return {names.viewer(str(pk)) for pk in active.values_list("pk", flat=True)}
