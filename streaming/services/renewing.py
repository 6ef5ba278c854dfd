"""Heartbeats and presence: what keeps a lease, and what brings its end nearer (DESIGN §3, timing)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from cameras.access import Caller, camera_for, may_watch, may_watch_in
from cctv import clock
from cctv.errors import DomainError
from cctv.together import insert_together
from quotas.locks import lock_camera
from streaming import events
from streaming.lifecycle.history import request_of
from streaming.lifecycle.leases import lease_end
from streaming.lifecycle.streams import open_stream, seconds
from streaming.lifecycle.transitions import reservation_move
from streaming.models import Reservation, Stream
from streaming.services.admission import admit, check_watchable
from streaming.services.beats import Beat, beat_of, extend
from streaming.services.callers import Holder, as_id, caller_key, reservation_for
from streaming.services.refusals import holders_named, refusal_add
from streaming.services.reserving import feed, stream_for
from streaming.states import ReservationState, Transport


def heartbeat(*, caller: Caller, reservation_id: uuid.UUID | str, report: Mapping[str, Any]) -> Beat:
    """Extends an ACTIVE lease; renews one that expired less than a minute ago, through admission.

    Raises 410 with the reason of a lease that has ended, or what reserve would raise.
    """
    pk = as_id(reservation_id)
    beat = extend(caller, pk, report)
    if beat is None:
        lease = _revived(caller, reservation_id, paused=bool(report.get("paused")))
        return extend(caller, pk, report) or beat_of(lease)  # alive again: now its report counts
    if not may_watch_in(caller, beat.agency_code):
        _lose_access(reservation_for(caller, reservation_id))
    return beat


def _revived(caller: Caller, reservation_id: uuid.UUID | str, *, paused: bool) -> Reservation:
    """A lease that is not alive any more: expired, and let in again if it may be."""
    lease = reservation_for(caller, reservation_id)
    if lease.state == ReservationState.ACTIVE:
        check_still_allowed(caller, lease)
        # Overdue, and the tick has not come by yet.
        lease_end(lease, ReservationState.EXPIRED, code="expired", actor=caller_key(caller))
        lease = reservation_for(caller, reservation_id)
    # A hidden player had its five minutes; only one that is watched again is let back in.
    if lease.state == ReservationState.EXPIRED and not paused and _renewable(lease):
        lease = _renew(lease, caller)
    if lease.state != ReservationState.ACTIVE:
        raise ended(lease)
    return lease


def check_still_allowed(caller: Caller, lease: Reservation) -> None:
    """A member who lost his role loses his leases with the next word we hear of him. Raises 410 `access_lost`."""
    if not may_watch(caller, lease.camera):
        _lose_access(lease)


def _lose_access(lease: Reservation) -> NoReturn:
    lease_end(lease, ReservationState.REVOKED, code="access_lost", actor="access")
    raise DomainError("access_lost", 410, reservation_state=ReservationState.REVOKED.value)


def ended(lease: Reservation) -> DomainError:
    return DomainError(lease.code or "reservation_ended", 410, reservation_state=lease.state, **lease.params)


def _until(now: datetime, paused_since: datetime | None) -> datetime:
    """A hidden player keeps its lease for five minutes and no longer."""
    until = now + seconds(settings.LEASE_SECONDS)
    return until if paused_since is None else min(until, paused_since + seconds(settings.PAUSED_SECONDS))


def _renewable(lease: Reservation) -> bool:
    return lease.ended_at is not None and clock.now() - lease.ended_at < seconds(settings.RENEWAL_WINDOW)


def _renew(lease: Reservation, caller: Caller) -> Reservation:
    """Under the same locks as a reserve; only if nobody has renewed or ended it meanwhile."""
    holder, camera = Holder(lease.user, lease.account, lease.on_behalf_of), lease.camera
    try:
        camera_for(caller, camera.camera_id, watch=True)
        _readmit(lease, holder)
    except DomainError as refusal:
        refusal_add(
            refusal,
            camera_id=camera.camera_id,
            agency_code=camera.agency.code,
            holder=holder,
            reservation=lease.pk,
        )
        holders_named(refusal, caller)
        raise
    return reservation_for(caller, lease.pk)


def _readmit(lease: Reservation, holder: Holder) -> None:
    with transaction.atomic():
        camera = lock_camera(lease.camera_id)
        holder.lock()
        lease.refresh_from_db(fields=["state"])
        if lease.state == ReservationState.EXPIRED:
            check_watchable(camera)
            found = open_stream(camera.pk)
            now = admit(camera, found, holder, Transport(lease.transport), renewing=lease.pk)
            stream, begun = stream_for(camera, found, now=now, actor=holder.actor)
            _bring_back(lease, stream, now)
            insert_together(*begun, request_of("renew", lease=lease, now=now))
            feed(camera, stream)


def _bring_back(lease: Reservation, stream: Stream, now: datetime) -> None:
    until = now + seconds(settings.LEASE_SECONDS)
    reservation_move(lease, ReservationState.ACTIVE, now=now, stream_id=stream.pk, expires_at=until, last_seen_at=now)


def socket_opened(reservation_id: uuid.UUID, socket: str) -> None:
    """The newest socket counts; it brings the lease back to its full length."""
    now = clock.now()
    rows = Reservation.objects.filter(pk=reservation_id, state=ReservationState.ACTIVE, expires_at__gt=now)
    for paused_since in rows.values_list("paused_since", flat=True):
        rows.update(socket=socket, expires_at=_until(now, paused_since))


def socket_closed(reservation_id: uuid.UUID, socket: str) -> None:
    """A clean close by the client of its newest socket: the page is gone, unless a new one comes in 8 s."""
    soon = clock.now() + seconds(settings.PAGE_CLOSED_SECONDS)
    newest = Q(pk=reservation_id, socket=socket, state=ReservationState.ACTIVE, expires_at__gt=soon)
    Reservation.objects.filter(newest).update(expires_at=soon)


def viewer_joined(reservation_id: uuid.UUID, camera_pk: int) -> None:
    """Its media is being connected (Janus: the answer came)."""
    if Reservation.objects.filter(pk=reservation_id, joined_at=None).update(joined_at=clock.now()):
        events.stream_changed(camera_pk)
