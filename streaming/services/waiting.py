"""`?wait=`: hold the answer until the stream is LIVE, or has ended, or the time is over."""

from __future__ import annotations

import time

from django.db import connection

from streaming.models import Reservation
from streaming.states import PLAYING, ReservationState

MOST = 15  # seconds
POLL = 0.1


def wait_until_live(lease: Reservation, seconds: float) -> Reservation:
    """The lease as it is then; the database connection is given back between two looks."""
    deadline = time.monotonic() + seconds
    while True:
        lease = Reservation.objects.select_related("stream", "camera__agency").get(pk=lease.pk)
        over = lease.stream.state in PLAYING or lease.state != ReservationState.ACTIVE
        if over or time.monotonic() >= deadline:
            return lease
        if not connection.in_atomic_block:
            connection.close()
        time.sleep(POLL)
