"""What LiveKit tells by webhook makes us look sooner, never more: they come late, twice, out of order or not at all.

Which were taken already is kept in the cache. Redis lost means that one of them may be taken twice: no harm.
"""

from __future__ import annotations

import logging
import uuid
from contextlib import suppress

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
# One look serves all that is told within this time. Only the stream that was told of is looked at: with hundreds of
# cameras somebody is always leaving, and the reconciler, who looks at everything there is, comes by itself.
QUIET_SECONDS = 1


def livekit_told(body: bytes, token: str) -> None:
    """DomainError 401 `webhook_unauthorised`, 400 `bad_webhook`. What was told before, or is not ours, is no error."""
    try:
        told = livekit_events.read(body, token)
    except MediaError as error:
        raise DomainError(error.code, REFUSALS[error.code]) from error
    key = f"webhook:{told.id}"
    if not told.ours or not _first(key, seconds=2 * settings.WEBHOOK_MAX_AGE):
        return
    log.info("livekit: %s", told.event, extra={"room": told.room})
    try:
        _act(told)
    except Exception:
        _forget(key)  # LiveKit tells it again, and then it is the first time
        raise


def _act(told: livekit_events.Told) -> None:
    if told.event == "participant_joined" and told.viewer:
        _joined(told.viewer, told.room)
    if told.event in ENDS or (told.event in LOSSES and told.publisher):
        _look(told.room)


def _joined(viewer: uuid.UUID, room: str) -> None:
    """Only of a lease that is ACTIVE, in its own camera's room."""
    active = Reservation.objects.filter(state=ReservationState.ACTIVE, pk=viewer, joined_at=None)
    for camera_pk, camera_id in active.values_list("camera_id", "camera__camera_id"):
        if names.room(camera_id) == room:
            viewer_joined(viewer, camera_pk)


def _look(room: str) -> None:
    """At the playing stream of this room, if there is one: streams end all the time, each end is told three times."""
    camera_id = names.camera_of_path(room)  # rooms and paths are called alike
    playing = Stream.objects.filter(camera__camera_id=camera_id, state__in=PLAYING)
    for pk in playing.values_list("pk", flat=True):
        if _first(f"webhook:look:{pk}", seconds=QUIET_SECONDS):
            tasks.send_after_commit(tasks.check_publisher, pk)


def _forget(key: str) -> None:
    with suppress(RedisError):
        cache.delete(key)


def _first(key: str, *, seconds: float) -> bool:
    """Whether nobody asked for this key within `seconds`; without Redis everybody is the first."""
    try:
        return bool(cache.add(key, 1, timeout=int(seconds)))
    except RedisError as error:
        log.warning("webhooks are not told apart: %s", type(error).__name__)
        return True
