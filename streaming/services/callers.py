"""Who holds a lease, as columns, and which leases are a caller's own."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import ServiceAccount, User
from cameras.access import Caller
from cctv.errors import DomainError
from quotas.locks import lock_account, lock_user
from streaming.models import Reservation


@dataclass(frozen=True, slots=True)
class Holder:
    """A person, or a service account and the `user_id` it names."""

    user: User | None
    account: ServiceAccount | None
    on_behalf_of: str = ""

    @property
    def actor(self) -> str:
        return f"user:{self.user.pk}" if self.user else f"account:{self.account.pk if self.account else ''}"

    def lock(self) -> None:
        if self.user:
            lock_user(self.user.pk)
        elif self.account:
            lock_account(self.account.pk, self.on_behalf_of)


def holder_of(caller: Caller, user_id: str | None) -> Holder:
    """A person reserves for himself (403 `user_mismatch`); a service account for whom it says."""
    if isinstance(caller, ServiceAccount):
        return Holder(user=None, account=caller, on_behalf_of=user_id or "")
    if user_id and user_id not in {str(caller.pk), caller.username}:
        raise DomainError("user_mismatch", 403)
    return Holder(user=caller, account=None)


def caller_key(caller: Caller) -> str:
    kind = "account" if isinstance(caller, ServiceAccount) else "user"
    return f"{kind}:{caller.pk}"


def reservation_for(caller: Caller, reservation_id: uuid.UUID | str) -> Reservation:
    """The caller's own reservation, ended ones too. 404 `reservation_not_found` for foreign and unknown alike."""
    return _one(Reservation.objects.select_related("stream", "camera__agency"), caller, reservation_id)


def bare_reservation_for(caller: Caller, reservation_id: uuid.UUID | str) -> Reservation:
    """The same, of which only the state and the camera's key are read."""
    return _one(Reservation.objects.only("state", "camera_id"), caller, reservation_id)


def _one(rows: QuerySet[Reservation], caller: Caller, reservation_id: uuid.UUID | str) -> Reservation:
    own = Q(account=caller) if isinstance(caller, ServiceAccount) else Q(user=caller)
    found = list(rows.filter(own, pk=as_id(reservation_id)).order_by())
    if not found:
        raise DomainError("reservation_not_found", 404)
    return found[0]


def as_id(reservation_id: uuid.UUID | str) -> uuid.UUID:
    """404 for what no reservation can be called."""
    try:
        return reservation_id if isinstance(reservation_id, uuid.UUID) else uuid.UUID(reservation_id)
    except ValueError:
        raise DomainError("reservation_not_found", 404) from None
