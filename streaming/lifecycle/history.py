"""The append-only record of who asked for what (StreamRequest)."""

from __future__ import annotations

from datetime import datetime

from streaming.models import Reservation, StreamRequest
from streaming.states import ReservationState

# What the end of a lease is called there.
ENDS = {
    ReservationState.RELEASED: "release",
    ReservationState.EXPIRED: "expire",
    ReservationState.REVOKED: "revoke",
    ReservationState.FAILED: "fail",
}


def end_add(new: ReservationState, *, lease: Reservation, now: datetime, code: str, actor: str) -> None:
    """The end of a lease. The row names its holder; `by` in its params is who ended it, if not the holder himself."""
    row = request_of(ENDS[new], lease=lease, now=now, code=code)
    if new is not ReservationState.RELEASED:
        row.params = {"by": actor}
    row.save(force_insert=True)


def request_of(action: str, *, lease: Reservation, now: datetime, code: str = "") -> StreamRequest:
    """Not written yet."""
    return StreamRequest(
        at=now,
        action=action,
        camera_ref=lease.camera.camera_id,
        agency_code=lease.camera.agency.code,
        reservation=lease.pk,
        user_id=lease.user_id,
        account_id=lease.account_id,
        on_behalf_of=lease.on_behalf_of,
        code=code,
    )
