"""Who watches what now. Of agencies whose watching the caller may know, and of no other (cameras.access)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import get_language

from cameras.access import Caller, audited_agencies, may_audit_in, visible_agencies
from cameras.models import Agency
from cctv.errors import DomainError
from streaming.layers import BOTH, HIGH, LOW, given
from streaming.media.plane import plane
from streaming.models import Reservation
from streaming.querysets import ACTIVE, STALLED

MOST = 200  # of the newest: whoever wants all of them asks agency by agency
COLUMNS = (
    "id", "camera__camera_id", "camera__name_en", "camera__name_ar", "stream__agency__code", "user__username",
    "user__first_name", "user__last_name", "account__name", "on_behalf_of", "created_at", "quality", "transport",
    "layers", "picture", "has_sub",
)  # fmt: skip
# What the viewer has of it, by its own heartbeats.
PICTURE = Case(
    When(paused_since__isnull=False, then=Value("paused")),
    When(STALLED, then=Value("stalled")),
    When(joined_at__isnull=False, then=Value("playing")),
    default=Value("waiting"),
)


def viewers(caller: Caller) -> list[dict[str, Any]]:
    """The newest MOST of them, newest first; one query."""
    return [_viewer(row) for row in _rows(audited_agencies(caller).order_by())[:MOST]]


def holders(caller: Caller, agency_code: str) -> list[dict[str, Any]]:
    """The cameras that fill the agency's limit, the longest watched first, each with its viewers.

    Raises DomainError: `not_found` (an agency the caller may not see), `forbidden` (may not know who watches).
    """
    agency = visible_agencies(caller).filter(code=agency_code).first()
    if agency is None:
        raise DomainError("not_found", 404)
    if not may_audit_in(caller, agency.code):
        raise DomainError("forbidden", 403)
    return _by_camera(_viewer(row) for row in _rows([agency]).reverse())


def _by_camera(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    held: dict[str, dict[str, Any]] = {}
    for row in rows:
        camera = {"camera_id": row["camera_id"], "name": row["name"], "since": row["since"], "viewers": []}
        held.setdefault(row["camera_id"], camera)["viewers"].append(row)
    return list(held.values())


def _rows(agencies: QuerySet[Agency] | list[Agency]) -> QuerySet[Reservation, dict[str, Any]]:
    """Without the cameras' own rows, whose secrets would be decrypted for nothing."""
    rows = Reservation.objects.filter(ACTIVE, stream__agency__in=agencies)
    made = rows.annotate(picture=PICTURE, has_sub=Case(When(~Q(camera__sub_url=""), then=True), default=False))
    return made.order_by(F("created_at").desc(), "pk").values(*COLUMNS)


def _viewer(row: dict[str, Any]) -> dict[str, Any]:
    there = BOTH if row["has_sub"] and plane().runner.layering != "main" else HIGH
    return {
        "id": str(row["id"]),
        "camera_id": row["camera__camera_id"],
        "name": name_of(row, "camera__"),
        "agency": row["stream__agency__code"],
        "who": who(row),
        "since": row["created_at"].isoformat(),
        "quality": row["quality"],
        "transport": "hls" if row["transport"] == "hls" else "webrtc",
        "layer": "low" if given(row["layers"], row["transport"], there) == LOW else "high",
        "state": row["picture"],
    }


def who(row: dict[str, Any]) -> str:
    """A person's name, or the account and whom it asked for; of a row with these columns."""
    person = f"{row['user__first_name'] or ''} {row['user__last_name'] or ''}".strip() or row["user__username"]
    account = " · ".join(part for part in (row["account__name"], row["on_behalf_of"]) if part)
    return person or account


def name_of(row: dict[str, Any], before: str) -> str:
    """The reader's one of two names, of a row of values."""
    arabic = (get_language() or "en").startswith("ar")
    name: str = (row[f"{before}name_ar"] if arabic else "") or row[f"{before}name_en"]
    return name
