"""Reserve a camera: one transaction that reads, judges and writes rows; the worker does the rest."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from cameras.access import Caller, camera_for
from cameras.models import Camera
from cctv import clock
from cctv.errors import DomainError
from quotas.locks import lock_camera
from quotas.services import limits_for
from streaming import events, tasks
from streaming.lifecycle.history import request_add
from streaming.lifecycle.streams import open_stream, seconds, stream_begin, stream_join
from streaming.models import Reservation, Stream
from streaming.services.admission import admit, check_watchable
from streaming.services.callers import Holder, holder_of
from streaming.services.refusals import refusal_add
from streaming.states import OPEN, Quality, StreamState, Transport


def reserve(
    *, caller: Caller, camera_id: str, quality: Quality, transport: Transport, user_id: str | None = None
) -> tuple[Reservation, bool]:
    """A new ACTIVE lease, and whether its stream existed already. Raises the refusals of DESIGN §4."""
    holder, agency_code = holder_of(caller, user_id), ""
    try:
        camera = camera_for(caller, camera_id, watch=True)
        agency_code = camera.agency.code
        with transaction.atomic():
            return _reserve(camera.pk, holder, quality, transport)
    except DomainError as refusal:
        refusal_add(refusal, camera_id=camera_id, agency_code=agency_code, holder=holder)
        raise


def _reserve(camera_pk: int, holder: Holder, quality: Quality, transport: Transport) -> tuple[Reservation, bool]:
    camera = lock_camera(camera_pk)
    holder.lock()
    check_watchable(camera)
    admit(camera, holder, transport)
    now = clock.now()
    stream, reused = stream_for(camera, now=now, actor=holder.actor)
    lease = Reservation.objects.create(
        stream=stream,
        camera=camera,
        user=holder.user,
        account=holder.account,
        on_behalf_of=holder.on_behalf_of,
        quality=quality.value,
        asked=transport.value,
        transport=transport.value,
        created_at=now,
        last_seen_at=now,
        expires_at=now + seconds(settings.LEASE_SECONDS),
    )
    request_add("reserve", lease=lease, now=now)
    events.stream_changed(camera.pk)
    return lease, reused


def stream_for(camera: Camera, *, now: datetime, actor: str) -> tuple[Stream, bool]:
    """Join the camera's open stream or begin a new one (under the camera's lock)."""
    stream = open_stream(camera.pk)
    if stream is not None:
        stream_join(stream, now=now, actor=actor)
        return stream, True
    _make_room(camera, now=now)
    stream = stream_begin(camera, now=now, actor=actor)
    tasks.send_after_commit(tasks.bring_up, stream.pk)
    return stream, False


def _make_room(camera: Camera, *, now: datetime) -> None:
    """Draining streams do not count, but their pushers run: the oldest drain ends now if there are too many."""
    running = Stream.objects.filter(agency_id=camera.agency_id, state__in=OPEN)
    draining = running.filter(state=StreamState.DRAINING).order_by("due_at")
    if draining and running.count() >= limits_for(camera.agency).agency:
        Stream.objects.filter(pk=draining[0].pk, state=StreamState.DRAINING).update(due_at=now, code="yielded")
