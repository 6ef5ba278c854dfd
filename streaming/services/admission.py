"""May this viewer have this camera now? Counted from rows, under the locks (DESIGN §4)."""

from __future__ import annotations

import uuid

from django.db.models import Count, Q

from cameras.models import Camera
from cctv.errors import DomainError
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
    others = Reservation.objects.filter(ACTIVE).exclude(pk=renewing) if renewing else Reservation.objects.filter(ACTIVE)
    here, hls = Q(camera=camera), Q(transport=Transport.HLS)
    same_way = hls if transport is Transport.HLS else ~hls
    # One query for all three counts: every millisecond here is spent under the camera's lock.
    counts = others.filter(here | holder.own()).aggregate(
        viewers=Count("pk", filter=here),
        same_way=Count("pk", filter=here & same_way),
        own=Count("camera", distinct=True, filter=holder.own() & ~here),
    )
    usage = ViewerUsage(hls=transport is Transport.HLS, camera_viewers=counts["same_way"], viewer_cameras=counts["own"])
    enforce(decide_viewer(limits_for(camera.agency), usage))
    if counts["viewers"] == 0:
        _admit_camera(camera)


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
    enforce(decide_slot(limits_for(agency), usage), agency=agency.code)
