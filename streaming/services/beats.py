"""One heartbeat as one statement: what comes a hundred times a second must cost little (DESIGN §3, timing)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from accounts.api_auth import LAST_USE_STEP
from accounts.models import ServiceAccount
from cameras.access import Caller
from cctv import clock
from streaming import events, tasks
from streaming.layers import as_text, of_quality
from streaming.models import Reservation

NUMBERS = ("bitrate", "latency_ms", "packets_lost", "rtt_ms")
# The holder's own ACTIVE lease that is not overdue: alive for its full length again, or, while it is paused, until
# its pause is over. What it wants changes with its layers, and with a pause; cameras with one stream have no choice.
# Frames count as new whenever their number is another one: a rebuilt player begins anew.
_EXTEND = """
    UPDATE streaming_reservation AS lease
    SET last_seen_at = at.now,
        paused_since = CASE WHEN %(paused)s::boolean THEN coalesce(lease.paused_since, at.now) END,
        expires_at = least(
            at.now + %(lease)s::interval,
            CASE WHEN %(paused)s::boolean THEN coalesce(lease.paused_since, at.now) + %(pause)s::interval END
        ),
        reported = %(reported)s::jsonb,
        quality = coalesce(%(quality)s::text, lease.quality),
        layers = coalesce(%(layers)s::text, lease.layers),
        layers_at = CASE WHEN coalesce(%(layers)s::text <> lease.layers, false)
                           OR %(paused)s::boolean = (lease.paused_since IS NULL)
                         THEN at.now ELSE lease.layers_at END,
        frames_decoded = coalesce(%(frames)s::bigint, lease.frames_decoded),
        frames_at = CASE WHEN coalesce(%(frames)s::bigint <> lease.frames_decoded, %(frames)s::bigint IS NOT NULL)
                         THEN at.now ELSE lease.frames_at END,
        joined_at = CASE WHEN %(frames)s::bigint > 0 THEN coalesce(lease.joined_at, at.now) ELSE lease.joined_at END
    FROM (SELECT clock_timestamp() + %(offset)s::interval AS now) AS at,
         streaming_stream AS stream, cameras_camera AS camera, cameras_agency AS agency{holders}
    WHERE lease.id = %(id)s::uuid AND lease.state = 'ACTIVE' AND lease.expires_at > at.now AND {whose}
      AND stream.id = lease.stream_id AND camera.id = lease.camera_id AND agency.id = camera.agency_id
    RETURNING stream.state, camera.camera_id, camera.id, agency.code, lease.created_at, lease.expires_at, at.now,
              coalesce(lease.joined_at = at.now, false),
              CASE WHEN lease.layers_at = at.now AND camera.sub_url <> '' THEN stream.id END
"""
EXTEND = _EXTEND.format(
    holders="", whose="(lease.user_id = %(user)s::bigint OR lease.account_id = %(account)s::bigint)"
)
# The same where the caller is still a key: one that is valid, need not be marked as used again, and whose
# account may watch there. Comparing hashes in the index tells nothing by its time: nobody can choose his hash.
EXTEND_BY_KEY = _EXTEND.format(
    holders=", accounts_apikey AS own, accounts_serviceaccount AS account",
    whose="""own.prefix = %(prefix)s AND own.secret_sha256 = %(sha256)s AND own.revoked_at IS NULL
      AND own.last_used_at > at.now - %(unmarked)s::interval
      AND account.id = own.account_id AND account.enabled AND lease.account_id = account.id
      AND (account.all_agencies OR account.agency_codes ? agency.code)""",
)


@dataclass(frozen=True, slots=True)
class Beat:
    """A lease after its heartbeat. `state`: its stream's; `at`: when."""

    pk: uuid.UUID
    state: str
    camera_id: str
    agency_code: str
    created_at: datetime
    expires_at: datetime
    at: datetime


def beat_of(lease: Reservation) -> Beat:
    camera = lease.camera
    dates = (lease.created_at, lease.expires_at, clock.now())
    return Beat(lease.pk, lease.stream.state, camera.camera_id, camera.agency.code, *dates)


def extend(caller: Caller, reservation_id: uuid.UUID, report: Mapping[str, Any]) -> Beat | None:
    """None where there is no such lease, or none that is alive: who asks finds out which."""
    is_account = isinstance(caller, ServiceAccount)
    whose = {"user": None if is_account else caller.pk, "account": caller.pk if is_account else None}
    return _extended(EXTEND, reservation_id, report, whose)


def extend_by_key(prefix: str, sha256: str, reservation_id: uuid.UUID, report: Mapping[str, Any]) -> Beat | None:
    """The same for a service account's key, in the same one statement. None also where the key will not do."""
    whose = {"prefix": prefix, "sha256": sha256, "unmarked": LAST_USE_STEP}
    return _extended(EXTEND_BY_KEY, reservation_id, report, whose)


def _extended(
    statement: str, reservation_id: uuid.UUID, report: Mapping[str, Any], whose: Mapping[str, Any]
) -> Beat | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"id": reservation_id, **_values(report), **whose})
        row = cursor.fetchone()
    if row is None:
        return None
    state, camera_id, camera_pk, agency_code, created_at, expires_at, now, joined, unfed = row
    if joined:
        events.stream_changed(camera_pk)
    if unfed:
        tasks.send_after_commit(tasks.layers, unfed, str(reservation_id))
    return Beat(reservation_id, state, camera_id, agency_code, created_at, expires_at, now)


def _values(report: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "offset": clock.offset,
        "lease": f"{settings.LEASE_SECONDS} seconds",
        "pause": f"{settings.PAUSED_SECONDS} seconds",
        "paused": bool(report.get("paused")),
        "reported": json.dumps({name: report[name] for name in NUMBERS if report.get(name) is not None}),
        "quality": report.get("quality"),
        "layers": _layers(report),
        "frames": report.get("frames_decoded"),
    }


def _layers(report: Mapping[str, Any]) -> str | None:
    """None: as before."""
    if wanted := report.get("layers"):
        return as_text(wanted)
    return as_text(of_quality(report["quality"])) if report.get("quality") else None
