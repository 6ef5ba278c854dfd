"""What happened long ago is forgotten, a batch at a time, so that no lock and no transaction lasts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from streaming.models import StreamEvent, StreamRequest
from streaming.states import ENDED

BATCH = 5_000
MOST_BATCHES = 100  # an hour: the rest is left to the next


def audit_forget(now: datetime) -> None:
    """Requests and events older than AUDIT_KEEP_DAYS (0: none), but for events of streams that have not ended."""
    if settings.AUDIT_KEEP_DAYS:
        old = now - timedelta(days=settings.AUDIT_KEEP_DAYS)
        _delete(StreamRequest.objects.filter(at__lt=old))
        _delete(StreamEvent.objects.filter(at__lt=old, stream__state__in=ENDED))


def _delete(rows: QuerySet[StreamRequest] | QuerySet[StreamEvent]) -> None:
    for _ in range(MOST_BATCHES):
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        rows.model.objects.filter(pk__in=keys).delete()
        if len(keys) < BATCH:
            return
