"""Ends of leases asked for: by the viewer, by an administrator; and of whole streams."""

from __future__ import annotations

import uuid

from django.db import transaction

from accounts.models import User
from cameras.access import Caller
from cctv import clock
from quotas.locks import lock_camera
from streaming import tasks
from streaming.lifecycle.leases import lease_end
from streaming.lifecycle.streams import stream_end
from streaming.models import Reservation, Stream
from streaming.services.callers import bare_reservation_for, caller_key
from streaming.states import OPEN, ReservationState


def release(*, caller: Caller, reservation_id: uuid.UUID | str) -> None:
    """Idempotent: the second time changes nothing. 404 for a foreign or unknown reservation."""
    lease = bare_reservation_for(caller, reservation_id)
    if lease.state in {ReservationState.ACTIVE, ReservationState.EXPIRED}:  # an expired one could be renewed
        lease_end(lease, ReservationState.RELEASED, code="released", actor=caller_key(caller))


def revoke(*, by: User, reservation: Reservation) -> bool:
    return lease_end(reservation, ReservationState.REVOKED, code="revoked", actor=caller_key(by))


def stream_stop(*, by: User, stream: Stream) -> bool:
    """The administrator's stop: leases end REVOKED, everything is torn down."""
    with transaction.atomic():
        lock_camera(stream.camera_id)
        current = Stream.objects.get(pk=stream.pk)
        if current.state not in OPEN:
            return False
        moved = stream_end(
            current,
            now=clock.now(),
            actor=caller_key(by),
            code="stopped_by_admin",
            leases=ReservationState.REVOKED,
        )
        tasks.send_after_commit(tasks.tear_down, stream.pk)
        return moved
