"""One-use tickets to WebSockets, for callers without a session cookie."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from accounts.models import ServiceAccount, User
from cameras.access import Caller
from cctv import clock
from streaming.models import SocketTicket

SECONDS = 30


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()


def ticket_make(caller: Caller) -> dict[str, Any]:
    ticket = secrets.token_urlsafe(32)
    holder = {"account": caller} if isinstance(caller, ServiceAccount) else {"user": caller}
    expires_at = clock.now() + timedelta(seconds=SECONDS)
    SocketTicket.objects.create(sha256=_digest(ticket), expires_at=expires_at, **holder)
    return {"ticket": ticket, "expires_in": SECONDS}


def still_active(caller: Caller) -> bool:
    """As the row is now: a user switched off, or a disabled account, is nobody any more."""
    if isinstance(caller, ServiceAccount):
        return ServiceAccount.objects.filter(pk=caller.pk, enabled=True).exists()
    return User.objects.filter(pk=caller.pk, is_active=True).exists()


def ticket_take(ticket: str) -> User | ServiceAccount | None:
    """Whose it is; the second time nobody's."""
    row = SocketTicket.objects.select_related("user", "account").filter(sha256=_digest(ticket)).first()
    if row is None or SocketTicket.objects.filter(pk=row.pk, expires_at__gt=clock.now()).delete()[0] == 0:
        return None
    holder = row.user or row.account
    return holder if holder is not None and still_active(holder) else None
