"""What may be forgotten: used idempotency keys, tickets, ended sessions, and history older than the settings say."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session

from cctv import clock
from quotas.history import usage_forget
from streaming.lifecycle.retention import audit_forget
from streaming.models import IdempotencyKey, SocketTicket

KEEP = timedelta(hours=24)


def housekeeping() -> None:
    now = clock.now()
    IdempotencyKey.objects.filter(created_at__lt=now - KEEP).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    SocketTicket.objects.filter(expires_at__lt=now).delete()
    usage_forget(now)
    audit_forget(now)
