"""What happened and who was refused, newest first, in the reader's words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import Q

from cameras.access import Caller, sees_everything
from cameras.models import Agency
from cctv import clock
from cctv.reasons import text
from streaming.models import Stream, StreamEvent, StreamRequest
from streaming.services.viewers import name_of, who
from streaming.states import UNFINISHED

EVENTS, REFUSALS = 40, 40
STREAMS = 100  # lives that are looked at for events, besides those that have not ended
REFUSED_FOR = timedelta(hours=24)
EVENT = (
    "id", "at", "old", "new", "code", "params", "stream__camera__camera_id", "stream__camera__name_en",
    "stream__camera__name_ar", "stream__agency__code",
)  # fmt: skip
REFUSAL = (
    "id", "at", "camera_ref", "agency_code", "code", "params", "user__username", "user__first_name",
    "user__last_name", "account__name", "on_behalf_of",
)  # fmt: skip


def events(agencies: Collection[Agency]) -> list[dict[str, Any]]:
    """The newest moves of their streams; two queries, which read few lives however many there were."""
    ours = Stream.objects.filter(agency__in=agencies)
    unfinished = ours.filter(state__in=UNFINISHED).order_by().values_list("pk")
    lives = ours.order_by("-pk").values_list("pk")[:STREAMS].union(unfinished)
    rows = StreamEvent.objects.filter(stream__in=[pk for (pk,) in lives])
    return [_event(row) for row in rows.order_by("-pk").values(*EVENT)[:EVENTS]]


def refusals(caller: Caller, agencies: Collection[Agency], audited: Collection[str]) -> list[dict[str, Any]]:
    """Of the last day; `who` only where the code of the agency is among `audited`. One query.

    What was asked of no agency (an unknown camera) is told to those who see everything.
    """
    names = {agency.code: agency.name for agency in agencies}
    codes = [*names, ""] if sees_everything(caller) else list(names)
    recent = Q(action="refuse", agency_code__in=codes, at__gte=clock.now() - REFUSED_FOR)
    rows = StreamRequest.objects.filter(recent).order_by("-at", "-pk").values(*REFUSAL)[:REFUSALS]
    return [_refusal(row, names, known=sees_everything(caller) or row["agency_code"] in audited) for row in rows]


def _event(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "at": row["at"].isoformat(),
        "camera_id": row["stream__camera__camera_id"],
        "name": name_of(row, "stream__camera__"),
        "agency": row["stream__agency__code"],
        "code": row["code"],
        "text": text(row["code"], row["params"]) if row["code"] else "",
        "old": row["old"],
        "new": row["new"],
    }


def _refusal(row: dict[str, Any], names: dict[str, str], *, known: bool) -> dict[str, Any]:
    named = {"agency_name": names[row["agency_code"]]} if row["agency_code"] in names else {}
    return {
        "id": row["id"],
        "at": row["at"].isoformat(),
        "camera_id": row["camera_ref"],
        "agency": row["agency_code"],
        "code": row["code"],
        "text": text(row["code"], row["params"] | named),
        "who": who(row) if known else None,
    }
