"""The rows behind the Janus adapter: which key may publish, and whose session is whose.

Each change is one statement or a short transaction; nothing here talks to Janus, and no lock is held while others do.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from cameras.models import Camera
from streaming.media import janus_keys
from streaming.media.ports import MediaError
from streaming.models import JanusIngest, JanusPeer, Reservation
from streaming.states import ReservationState


@dataclass(frozen=True, slots=True)
class Place:
    """Where in Janus somebody is: `handle_id` is None until attached."""

    session_id: int
    handle_id: int | None


def _camera(camera_id: str) -> Camera:
    camera = Camera.objects.filter(camera_id=camera_id).first()
    if camera is None:
        raise MediaError("camera_not_found", permanent=True)
    return camera


def _newest(camera_id: str) -> int:
    found = JanusIngest.objects.filter(camera__camera_id=camera_id).aggregate(newest=Max("generation"))
    return int(found["newest"] or 0)


def ingest_open(camera_id: str, generation: int, *, key: str, now: datetime) -> None:
    """One open ingest of this generation; older ones are revoked. MediaError("superseded") for an older one."""
    camera = _camera(camera_id)
    with transaction.atomic():
        row, _ = JanusIngest.objects.update_or_create(
            camera=camera, generation=generation, defaults={"key_sha256": janus_keys.sha256(key)}
        )
        if row.revoked_at is not None or generation < _newest(camera_id):
            raise MediaError("superseded")
        JanusIngest.objects.filter(camera=camera, generation__lt=generation, revoked_at=None).update(revoked_at=now)


def ingest_by_key(camera_id: str, key: str) -> JanusIngest:
    """The open, newest ingest this key belongs to; MediaError("whip_unauthorised") for any other key."""
    sha = janus_keys.sha256(key)
    row = JanusIngest.objects.filter(camera__camera_id=camera_id).order_by("-generation").first()
    if row is None or not compare_digest(row.key_sha256, sha) or row.revoked_at is not None:
        raise MediaError("whip_unauthorised", permanent=True)
    return row


def ingests_open() -> list[tuple[str, int]]:
    """(camera_id, generation) of every ingest that is not revoked."""
    rows = JanusIngest.objects.filter(revoked_at=None).order_by("camera__camera_id", "generation")
    return list(rows.values_list("camera__camera_id", "generation"))


def ingests_revoke(camera_id: str, *, up_to: int, now: datetime) -> None:
    rows = JanusIngest.objects.filter(camera__camera_id=camera_id, generation__lte=up_to, revoked_at=None)
    rows.update(revoked_at=now)


def ingests_prune() -> None:
    """Ended ingests go, but never a camera's newest row: it refuses what is older."""
    newer = JanusIngest.objects.filter(camera=OuterRef("camera"), generation__gt=OuterRef("generation"))
    JanusIngest.objects.filter(Exists(newer), session_id=None).exclude(revoked_at=None).delete()


def publisher_sessions(camera_id: str, *, up_to: int | None = None) -> list[int]:
    """Sessions of the camera's publishers, all or those of generations <= `up_to`."""
    rows = JanusIngest.objects.filter(camera__camera_id=camera_id, session_id__isnull=False)
    rows = rows if up_to is None else rows.filter(generation__lte=up_to)
    return [session for session in rows.values_list("session_id", flat=True) if session is not None]


def publisher_claim(row: JanusIngest, session_id: int) -> None:
    """From now on the ingest's publisher is this session; whoever had it finds out in `publisher_keep`."""
    JanusIngest.objects.filter(pk=row.pk).update(session_id=session_id, handle_id=None)


def publisher_holds(row: JanusIngest, session_id: int) -> bool:
    """False when the claim was lost: to a newer session, a newer generation, or a revocation."""
    mine = JanusIngest.objects.filter(pk=row.pk, session_id=session_id, revoked_at=None)
    newer = JanusIngest.objects.filter(camera=row.camera_id, generation__gt=row.generation)
    return mine.exists() and not newer.exists()


def publisher_keep(row: JanusIngest, place: Place) -> bool:
    """Writes where the publisher is; False when the claim was lost meanwhile."""
    mine = JanusIngest.objects.filter(pk=row.pk, session_id=place.session_id)
    return mine.update(handle_id=place.handle_id) == 1 and publisher_holds(row, place.session_id)


def publisher_forget(session_ids: list[int]) -> None:
    JanusIngest.objects.filter(session_id__in=session_ids).update(session_id=None, handle_id=None)


def publisher_place(camera_id: str) -> tuple[int, int, int] | None:
    """Session, handle and generation of the camera's newest publisher, if it got as far as Janus."""
    row = JanusIngest.objects.filter(camera__camera_id=camera_id).order_by("-generation").first()
    if row is None or row.session_id is None or row.handle_id is None or row.revoked_at is not None:
        return None
    return row.session_id, row.handle_id, row.generation


def peer_claim(camera_id: str, reservation_id: str, session_id: int, *, now: datetime) -> int | None:
    """From now on the viewer's peer is this session; the session it had before, if any."""
    with transaction.atomic():
        old = JanusPeer.objects.select_for_update().filter(reservation=uuid.UUID(reservation_id)).first()
        JanusPeer.objects.update_or_create(
            reservation_id=uuid.UUID(reservation_id),
            defaults={"camera": _camera(camera_id), "session_id": session_id, "handle_id": None, "created_at": now},
        )
    return old.session_id if old else None


def peer_keep(reservation_id: str, place: Place) -> bool:
    """False when the viewer was removed or asked again meanwhile."""
    mine = JanusPeer.objects.filter(reservation=uuid.UUID(reservation_id), session_id=place.session_id)
    return mine.update(handle_id=place.handle_id) == 1


def peer_place(camera_id: str, reservation_id: str) -> Place | None:
    row = JanusPeer.objects.filter(camera__camera_id=camera_id, reservation=uuid.UUID(reservation_id)).first()
    return Place(row.session_id, row.handle_id) if row else None


def layers_wanted(reservation_id: str) -> frozenset[str]:
    """What this viewer wants to get now; a lease that is gone wants the full picture."""
    wish = Reservation.objects.filter(pk=uuid.UUID(reservation_id)).values_list("layers", flat=True).first()
    return frozenset((wish or "high").split(","))


def peers(camera_id: str) -> list[tuple[str, Place]]:
    """(reservation_id, place) of every viewer's peer of the camera."""
    rows = JanusPeer.objects.filter(camera__camera_id=camera_id).order_by("created_at")
    return [(str(row.reservation_id), Place(row.session_id, row.handle_id)) for row in rows]


def peers_forget(session_ids: list[int]) -> None:
    JanusPeer.objects.filter(session_id__in=session_ids).delete()


def sessions_wanted() -> set[int]:
    """Sessions somebody may have: an open ingest's publisher, or a peer of a reservation that is ACTIVE."""
    publishers = JanusIngest.objects.filter(revoked_at=None).values_list("session_id", flat=True)
    viewers = JanusPeer.objects.filter(reservation__state=ReservationState.ACTIVE).values_list("session_id", flat=True)
    return {session for session in (*publishers, *viewers) if session is not None}
