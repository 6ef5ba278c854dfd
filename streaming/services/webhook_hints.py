"""What LiveKit tells by webhook makes us look sooner, never more: they come late, twice, out of order or not at all.

Which were taken already is kept in the cache. Redis lost means that one of them may be taken twice: no harm.
"""

from __future__ import annotations

import logging
import uuid

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from cctv.errors import DomainError
from streaming import tasks
from streaming.media import livekit_events, names
from streaming.media.ports import MediaError
from streaming.models import Reservation, Stream
from streaming.services.renewing import viewer_joined
from streaming.states import PLAYING, ReservationState

log = logging.getLogger(__name__)
REFUSALS = {"webhook_unauthorised": 401, "bad_webhook": 400}
# A publisher that left, or a room that went: is its stream still there?
LOSSES = frozenset({"participant_left", "participant_connection_aborted", "track_unpublished"})
ENDS = frozenset({"room_finished", "ingress_ended"})
# One look serves all that is told within this time. Who is gone the beat's second sees anyway; the reconciler looks at
# everything there is, and with hundreds of cameras somebody is always leaving.
QUIET_SECONDS, RECONCILE_QUIET_SECONDS = 1, 5


def livekit_told(body: bytes, token: str) -> None:
    """DomainError 401 `webhook_unauthorised`, 400 `bad_webhook`. What was told before, or is not ours, is no error."""
    try:
        told = livekit_events.read(body, token)
    except MediaError as error:
        raise DomainError(error.code, REFUSALS[error.code]) from error
    if not told.ours or not _first(f"webhook:{told.id}", seconds=2 * settings.WEBHOOK_MAX_AGE):
        return
    log.info("livekit: %s", told.event, extra={"room": told.room})
    if told.event == "participant_joined" and told.viewer:
        _joined(told.viewer, told.room)
    if (told.event in ENDS or (told.event in LOSSES and told.publisher)) and not _as_it_should(told.room):
        _look()


def _joined(viewer: uuid.UUID, room: str) -> None:
    """Only of a lease that is ACTIVE, in its own camera's room."""
    active = Reservation.objects.filter(state=ReservationState.ACTIVE, pk=viewer, joined_at=None)
    for camera_pk, camera_id in active.values_list("camera_id", "camera__camera_id"):
        if names.room(camera_id) == room:
            viewer_joined(viewer, camera_pk)


def _as_it_should(room: str) -> bool:
    """A room that no playing stream needs: streams end all the time, and each end is told three times over."""
    camera_id = names.camera_of_path(room)  # rooms and paths are called alike
    needed = Stream.objects.filter(camera__camera_id=camera_id, state__in=PLAYING)
    return bool(room) and not needed.exists()


def _look() -> None:
    if _first("webhook:look", seconds=QUIET_SECONDS):
        tasks.send_after_commit(tasks.pushers)
    if _first("webhook:reconcile", seconds=RECONCILE_QUIET_SECONDS):
        tasks.send_after_commit(tasks.reconcile)


def _first(key: str, *, seconds: float) -> bool:
    """Whether nobody asked for this key within `seconds`; without Redis everybody is the first."""
    try:
        return bool(cache.add(key, 1, timeout=int(seconds)))
    except RedisError as error:
        log.warning("webhooks are not told apart: %s", type(error).__name__)
        return True
