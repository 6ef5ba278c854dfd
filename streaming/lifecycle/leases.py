"""Ends of leases, each under the camera's lock, each followed by a judgement of the stream."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cctv import clock
from quotas.locks import lock_camera
from streaming.lifecycle.history import end_add
from streaming.lifecycle.signals import emit_layers_left
from streaming.lifecycle.streams import stream_judge
from streaming.lifecycle.transitions import reservation_move
from streaming.models import Reservation
from streaming.states import RESERVATION_MOVES, ReservationState, StreamState


def lease_end(lease: Reservation, new: ReservationState, *, code: str, actor: str, nowait: bool = False) -> bool:
    """RELEASED, EXPIRED (only if overdue by then) or REVOKED; False if it had ended already."""
    with transaction.atomic():
        camera = lock_camera(lease.camera_id, nowait=nowait)
        now = clock.now()
        lease = Reservation.objects.select_related("stream").get(pk=lease.pk)
        lease.camera = camera
        if new not in RESERVATION_MOVES[ReservationState(lease.state)]:
            return False
        if new is ReservationState.EXPIRED and lease.expires_at > now:
            return False
        return _end(lease, new, code=code, actor=actor, now=now)


def _end(lease: Reservation, new: ReservationState, *, code: str, actor: str, now: datetime) -> bool:
    if not reservation_move(lease, new, now=now, code=code):
        return False
    end_add(new, lease=lease, now=now, code=code, actor=actor)
    stream_judge(lease.stream, now=now, actor=actor)
    if lease.camera.has_sub and lease.stream.state == StreamState.LIVE:  # others still watch
        emit_layers_left(lease.stream_id)
    return True
