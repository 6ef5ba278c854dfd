"""A clock that was set back leaves moments far ahead in the rows: nothing is waited for longer than from now on."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Q

from streaming.models import Reservation, Stream
from streaming.querysets import ACTIVE
from streaming.states import OPEN, StreamState

S = StreamState
SLACK = timedelta(seconds=1)  # what was written a moment ago by a worker whose clock reading was a little later


def moments_ahead(now: datetime) -> None:
    """Deadlines further away than the longest wait of their kind begin anew. One question, where all is well."""
    waits = _longest_waits()
    ahead = [Q(state=state, due_at__gt=now + wait + SLACK) for state, wait in waits.items()]
    idle = Q(state__in=OPEN, idle_at__gt=now + waits[S.DRAINING] + SLACK)
    started = Q(state=S.STARTING, started_at__gt=now + SLACK)
    if Stream.objects.filter(reduce(or_, [*ahead, idle, started])).exists():
        for (state, wait), due in zip(waits.items(), ahead, strict=True):
            Stream.objects.filter(due, state=state).update(due_at=now + wait)
        Stream.objects.filter(idle).update(idle_at=now + waits[S.DRAINING])
        Stream.objects.filter(started).update(started_at=now)
    lease = timedelta(seconds=settings.LEASE_SECONDS)
    Reservation.objects.filter(ACTIVE, expires_at__gt=now + lease + SLACK).update(expires_at=now + lease)


def _longest_waits() -> dict[StreamState, timedelta]:
    """By state, what `Stream.due_at` may be ahead at most."""
    seconds = {
        S.STARTING: settings.BRING_UP_SECONDS,
        S.RETRYING: max(1, settings.RETRY_MAX_SECONDS),
        S.DRAINING: settings.DRAIN_SECONDS,
        S.STOPPING: 2,  # between two tear-downs
    }
    return {state: timedelta(seconds=count) for state, count in seconds.items()}
