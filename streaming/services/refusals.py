"""A refusal is an answer, and leaves its row: who asked for which camera of which agency, and what was in the way."""

from __future__ import annotations

import uuid

from cameras.access import Caller, may_audit_in
from cctv import clock
from cctv.errors import DomainError
from streaming import events
from streaming.models import StreamRequest
from streaming.services.callers import Holder

# Of the reader, not of what happened: such params are told and never kept.
TOLD = frozenset({"agency_name", "holders"})


def holders_named(refusal: DomainError, caller: Caller) -> None:
    """To those who may know it, a full agency's refusal says where its holders are listed."""
    agency = str(refusal.params.get("agency", ""))
    if refusal.code == "agency_limit_reached" and may_audit_in(caller, agency):
        refusal.params["holders"] = f"/api/v1/agencies/{agency}/holders"


def refusal_add(
    refusal: DomainError, *, camera_id: str, agency_code: str, holder: Holder, reservation: uuid.UUID | None = None
) -> None:
    """`agency_code`: of the camera, empty where the caller may not know it; the agency whose limit refused comes first.

    They differ while a camera that was moved is watched: its stream stays with the agency it began with.
    """
    StreamRequest.objects.create(
        at=clock.now(),
        action="refuse",
        camera_ref=camera_id[:64],
        agency_code=str(refusal.params.get("agency", agency_code)),
        reservation=reservation,
        user=holder.user,
        account=holder.account,
        on_behalf_of=holder.on_behalf_of[:128],
        code=refusal.code,
        params={
            name: value for name, value in refusal.params.items() if isinstance(value, int | str) and name not in TOLD
        },
    )
    events.refused()
