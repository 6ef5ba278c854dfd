"""The first half of a reset: what the rows say, under the camera's lock, without any I/O."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from django.db import transaction

from accounts.models import User
from cameras.models import Camera
from cctv import clock
from quotas.locks import lock_camera
from streaming import tasks
from streaming.lifecycle.history import end_add
from streaming.lifecycle.streams import open_stream, stream_end
from streaming.lifecycle.transitions import reservation_move
from streaming.lifecycle.work import LeaseLost, seize
from streaming.models import Reservation, Stream
from streaming.querysets import ACTIVE
from streaming.services.callers import caller_key
from streaming.states import OPEN, UNFINISHED, ReservationState, StreamState

CODE = "reset"


@dataclass(frozen=True, slots=True)
class Ended:
    camera_id: str
    leases: int
    generations: tuple[int, ...]  # of its unfinished streams, those that were STOPPING already too


def in_use(only: str | None = None) -> list[Camera]:
    """Cameras with an unfinished stream or an ACTIVE lease; or the one that is named."""
    if only is not None:
        return list(Camera.objects.filter(camera_id=only))
    streams, leases = Stream.objects.filter(state__in=UNFINISHED), Reservation.objects.filter(ACTIVE)
    pks = {*streams.values_list("camera_id", flat=True), *leases.values_list("camera_id", flat=True)}
    return list(Camera.objects.filter(pk__in=pks).order_by("camera_id"))


def rows_of(camera: Camera) -> Ended:
    """What a reset would end."""
    active = Reservation.objects.filter(ACTIVE, camera=camera).count()
    unfinished = Stream.objects.filter(camera=camera, state__in=UNFINISHED).order_by("generation")
    return Ended(camera.camera_id, active, tuple(unfinished.values_list("generation", flat=True)))


def end_rows(camera: Camera, *, actor: str) -> Ended:
    """All its leases REVOKED, its open stream STOPPING. Raises DomainError `busy` where its lock is not to be had."""
    with transaction.atomic():
        lock_camera(camera.pk)
        now, ended = clock.now(), rows_of(camera)
        stream = open_stream(camera.pk)
        if stream is not None:
            stream_end(stream, now=now, actor=actor, code=CODE, leases=ReservationState.REVOKED)
        # Leases that a fault left on a stream that is not open.
        for lease in Reservation.objects.filter(ACTIVE, camera=camera).select_related("camera__agency"):
            reservation_move(lease, ReservationState.REVOKED, now=now, code=CODE)
            end_add(ReservationState.REVOKED, lease=lease, now=now, code=CODE, actor=actor)
    return ended


def reset_soon(*, by: User, stream: Stream) -> bool:
    """From a request: this life's rows end now, what is outside is left to the tear-down. False where it had ended.

    A worker that is stuck on the camera loses its work lease before the tear-down is sent, which need not wait for it.
    """
    with transaction.atomic():
        lock_camera(stream.camera_id)
        current = Stream.objects.get(pk=stream.pk)
        if current.state in OPEN:
            actor = caller_key(by)
            stream_end(current, now=clock.now(), actor=actor, code=CODE, leases=ReservationState.REVOKED)
        if current.state != StreamState.STOPPING:
            return False
        transaction.on_commit(partial(_free, stream.camera_id), robust=True)
        tasks.send_after_commit(tasks.tear_down, stream.pk)
    return True


def _free(camera_pk: int) -> None:
    with suppress(LeaseLost):
        seize(camera_pk).release()
