"""The only writers of `Stream.state` and `Reservation.state`: compare-and-set, with one event per move."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from streaming import events
from streaming.lifecycle.signals import emit_hls_lease_ended
from streaming.models import CameraWork, Reservation, Stream, StreamEvent
from streaming.states import RESERVATION_MOVES, STREAM_MOVES, ReservationState, StreamState, Transport


def stream_move(
    stream: Stream,
    new: StreamState,
    *,
    now: datetime,
    actor: str,
    code: str,
    params: Mapping[str, Any] | None = None,
    **columns: Any,
) -> bool:
    """Move `stream` from the state and generation it was read in; False when someone else moved it first.

    `columns` are written with the state. On success `stream` holds the new values.
    """
    old = StreamState(stream.state)
    if new not in STREAM_MOVES[old]:
        raise ValueError(f"{old} does not move to {new}")
    values = {"state": new.value, "state_since": now, "code": code, "params": dict(params or {}), **columns}
    with transaction.atomic(savepoint=False):
        same = Stream.objects.filter(pk=stream.pk, state=old.value, generation=stream.generation)
        if same.update(**values) == 0:
            return False
        for name, value in values.items():
            setattr(stream, name, value)
        event_of(stream, old=old.value, now=now, actor=actor).save(force_insert=True)
        events.stream_changed(stream.camera_id)
    return True


def event_of(stream: Stream, *, old: str, now: datetime, actor: str) -> StreamEvent:
    """Of a move to the state it is in now. Not written yet."""
    return StreamEvent(
        stream=stream,
        at=now,
        old=old,
        new=stream.state,
        code=stream.code,
        params=stream.params,
        actor=actor,
        generation=stream.generation,
    )


def reservation_move(
    reservation: Reservation, new: ReservationState, *, now: datetime, code: str = "", **columns: Any
) -> bool:
    """The same for a lease. The caller holds the camera's lock; nobody else changes the set of leases."""
    old = ReservationState(reservation.state)
    if new not in RESERVATION_MOVES[old]:
        raise ValueError(f"{old} does not move to {new}")
    ended = None if new is ReservationState.ACTIVE else now
    values = {"state": new.value, "code": code, "ended_at": ended, **columns}
    same = Reservation.objects.filter(pk=reservation.pk, state=old.value)
    if new is ReservationState.EXPIRED:  # a heartbeat takes no lock, and may have come meanwhile
        same = same.filter(expires_at__lte=now)
    if same.update(**values) == 0:
        return False
    for name, value in values.items():
        setattr(reservation, name, value)
    events.stream_changed(reservation.camera_id)
    if ended and reservation.transport == Transport.HLS:
        emit_hls_lease_ended(reservation.camera_id)
    return True


# One statement: it runs under the locks of a reserve.
NEXT_GENERATION = """
    INSERT INTO streaming_camerawork AS work (camera_id, generation, ingests_ended, transcodes_revision)
    VALUES (%s, 1, 0, 0)
    ON CONFLICT (camera_id) DO UPDATE SET generation = work.generation + 1
    RETURNING work.generation
"""


def next_generation(camera_pk: int) -> int:
    """+1 at every entry to STARTING; the caller holds the camera's lock."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_GENERATION, [camera_pk])
        generation: int = cursor.fetchone()[0]
    return generation


def generation_reached(camera_pk: int, generation: int) -> None:
    """Something outside has this generation: ours go on above it, or its leftovers would refuse them.

    It is higher than our own after the database went back to a backup.
    """
    CameraWork.objects.filter(camera_id=camera_pk, generation__lt=generation).update(generation=generation)
