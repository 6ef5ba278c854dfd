"""May this viewer have this camera now? Counted from rows, under the locks (DESIGN §4)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from cameras.models import Agency, Camera
from cctv import clock
from cctv.errors import DomainError
from quotas.history import usage_admitted
from quotas.locks import lock_agency_and_system
from quotas.policy import SlotUsage, ViewerUsage, decide_slot, decide_viewer, enforce
from quotas.services import limits_and_counts
from streaming.models import Stream
from streaming.services.callers import Holder
from streaming.states import OPEN, StreamState, Transport


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


def admit(
    camera: Camera, stream: Stream | None, holder: Holder, transport: Transport, *, renewing: uuid.UUID | None = None
) -> datetime:
    """Camera and holder are locked; locks agency and system only when this makes the camera count. When it was.

    `stream`: the camera's open one.
    """
    limits, (viewers, same_way, own, now) = limits_and_counts(
        camera.agency, COUNTS, _who(camera, holder, transport, renewing)
    )
    usage = ViewerUsage(hls=transport is Transport.HLS, camera_viewers=same_way, viewer_cameras=own)
    enforce(decide_viewer(limits, usage))
    admitted: datetime = now if viewers else _admit_camera(camera, stream)
    return admitted


# In SQL, and all at once: every millisecond here is spent under the camera's lock. Viewers of the camera, those of them
# served the same way, other cameras of the holder; and when.
COUNTS = """
    SELECT count(*) FILTER (WHERE camera_id = %(camera)s) AS viewers,
           count(*) FILTER (WHERE camera_id = %(camera)s AND (transport = 'hls') = %(hls)s) AS same_way,
           count(DISTINCT camera_id) FILTER (WHERE camera_id <> %(camera)s) AS others,
           clock_timestamp() + %(offset)s AS at
    FROM streaming_reservation
    WHERE state = 'ACTIVE' AND id IS DISTINCT FROM %(renewing)s
      AND (camera_id = %(camera)s
           OR user_id = %(user)s
           OR (account_id = %(account)s AND on_behalf_of = %(on_behalf_of)s))
"""


def _who(camera: Camera, holder: Holder, transport: Transport, renewing: uuid.UUID | None) -> dict[str, Any]:
    return {
        "camera": camera.pk,
        "hls": transport is Transport.HLS,
        "renewing": renewing,
        "user": holder.user.pk if holder.user else None,
        "account": holder.account.pk if holder.account else None,
        "on_behalf_of": holder.on_behalf_of,
        "offset": clock.offset,
    }


# Cameras that count already, of the agency and of all; how many streams of the agency run, draining ones too; and when
# that was so. The locks it is asked under are everybody's.
WATCHED = """
    SELECT count(DISTINCT lease.camera_id) FILTER (WHERE stream.agency_id = %(agency)s) AS own,
           count(DISTINCT lease.camera_id) AS system,
           (SELECT count(*) FROM streaming_stream AS one WHERE one.agency_id = %(agency)s
            AND one.camera_id <> %(camera)s AND one.state = ANY(%(open)s)) AS running,
           clock_timestamp() + %(offset)s AS at
    FROM streaming_reservation AS lease JOIN streaming_stream AS stream ON stream.id = lease.stream_id
    WHERE lease.state = 'ACTIVE' AND lease.camera_id <> %(camera)s
"""


def _admit_camera(camera: Camera, stream: Stream | None) -> datetime:
    """The agency that owns the camera's stream pays: frozen for a life, so counted by the streams' agency."""
    agency = lock_agency_and_system(stream.agency_id if stream else camera.agency_id)
    which = {"camera": camera.pk, "open": sorted(OPEN), "offset": clock.offset}
    limits, (own, system, running, counted_at) = limits_and_counts(agency, WATCHED, which)
    now: datetime = counted_at
    enforce(decide_slot(limits, SlotUsage(agency=own, system=system)), agency=agency.code, agency_name=agency.name)
    if running >= limits.agency:
        _make_room(agency, now=now)
    usage_admitted(agency_pk=agency.pk, watched=own + 1, limit=limits.agency)
    return now


def _make_room(agency: Agency, *, now: datetime) -> None:
    """Draining streams do not count, but their pushers run: the oldest drain ends now where there are too many."""
    draining = Stream.objects.filter(agency=agency, state=StreamState.DRAINING).order_by("due_at")
    oldest = Stream.objects.filter(pk__in=draining.values("pk")[:1], state=StreamState.DRAINING)
    oldest.update(due_at=now, code="yielded")
