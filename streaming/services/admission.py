"""May this viewer have this camera now? Counted from rows, under the locks (DESIGN §4)."""

from __future__ import annotations

import uuid

from django.db import connection
from django.db.models import Q

from cameras.models import Camera
from cctv.errors import DomainError
from quotas.history import usage_admitted
from quotas.locks import lock_agency, lock_system
from quotas.policy import SlotUsage, ViewerUsage, decide_slot, decide_viewer, enforce
from quotas.services import limits_for
from streaming.lifecycle.streams import open_stream
from streaming.models import Reservation
from streaming.services.callers import Holder
from streaming.states import ReservationState, Transport

ACTIVE = Q(state=ReservationState.ACTIVE)


def check_watchable(camera: Camera) -> None:
    """The camera as read under its lock. Raises the 404s and 409s of DESIGN §4."""
    if camera.archived_at is not None:
        raise DomainError("camera_not_found", 404)
    if not camera.enabled:
        raise DomainError("camera_disabled", 409)
    if not camera.agency.enabled:
        raise DomainError("agency_disabled", 409)
    if not camera.configured:
        raise DomainError("camera_not_configured", 404)


def admit(camera: Camera, holder: Holder, transport: Transport, *, renewing: uuid.UUID | None = None) -> None:
    """Camera and holder are locked; locks agency and system only when this makes the camera count."""
    viewers, same_way, own = _counts(camera, holder, transport, renewing)
    usage = ViewerUsage(hls=transport is Transport.HLS, camera_viewers=same_way, viewer_cameras=own)
    enforce(decide_viewer(limits_for(camera.agency), usage))
    if viewers == 0:
        _admit_camera(camera)


# In SQL, and all three at once: every millisecond here is spent under the camera's lock.
COUNTS = """
    SELECT count(*) FILTER (WHERE camera_id = %(camera)s),
           count(*) FILTER (WHERE camera_id = %(camera)s AND (transport = 'hls') = %(hls)s),
           count(DISTINCT camera_id) FILTER (WHERE camera_id <> %(camera)s)
    FROM streaming_reservation
    WHERE state = 'ACTIVE' AND id IS DISTINCT FROM %(renewing)s
      AND (camera_id = %(camera)s
           OR user_id = %(user)s
           OR (account_id = %(account)s AND on_behalf_of = %(on_behalf_of)s))
"""


def _counts(camera: Camera, holder: Holder, transport: Transport, renewing: uuid.UUID | None) -> tuple[int, int, int]:
    """Viewers of the camera, those of them served the same way, other cameras of the holder."""
    values = {
        "camera": camera.pk,
        "hls": transport is Transport.HLS,
        "renewing": renewing,
        "user": holder.user.pk if holder.user else None,
        "account": holder.account.pk if holder.account else None,
        "on_behalf_of": holder.on_behalf_of,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, values)
        viewers, same_way, own = cursor.fetchone()
    return viewers, same_way, own


def _admit_camera(camera: Camera) -> None:
    """The agency that owns the camera's stream pays: frozen for a life, so counted by the streams' agency."""
    stream = open_stream(camera.pk)
    agency = lock_agency(stream.agency_id if stream else camera.agency_id)
    lock_system()
    watched = Reservation.objects.filter(ACTIVE).exclude(camera=camera)
    usage = SlotUsage(
        agency=watched.filter(stream__agency=agency).values("camera").distinct().count(),
        system=watched.values("camera").distinct().count(),
    )
    limits = limits_for(agency)
    enforce(decide_slot(limits, usage), agency=agency.code)
    usage_admitted(agency_pk=agency.pk, watched=usage.agency + 1, limit=limits.agency)
