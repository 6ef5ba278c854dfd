"""Named questions about rows, as conditions."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import BooleanField, Case, F, Q, Value, When

from streaming.states import ReservationState

# A heartbeat came this long after the last new frame: what the viewer sees stands still.
STALLED_SECONDS = 10

ACTIVE = Q(state=ReservationState.ACTIVE)
PAUSED = ACTIVE & Q(paused_since__isnull=False)
STALLED = ACTIVE & Q(paused_since=None, frames_at__lt=F("last_seen_at") - timedelta(seconds=STALLED_SECONDS))
# The same as a column.
STALLED_NOW = Case(When(STALLED, then=Value(True)), default=Value(False), output_field=BooleanField())
