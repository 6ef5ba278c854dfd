"""Reserve a camera: one transaction that reads, judges and writes rows; the worker does the rest."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from cameras.access import Caller
from cameras.models import Camera
from cctv.errors import DomainError
from cctv.together import insert_together
from quotas.locks import lock_camera_for
from streaming import events, tasks
from streaming.layers import as_text, of_quality
from streaming.lifecycle.history import request_of
from streaming.lifecycle.streams import open_stream, seconds, stream_begin, stream_join
from streaming.models import Reservation, Stream, StreamEvent
from streaming.services.admission import admit, check_watchable
from streaming.services.callers import Holder, holder_of
from streaming.services.refusals import holders_named, refusal_add
from streaming.states import PLAYING, Quality, Transport


def reserve(
    *, caller: Caller, camera_id: str, quality: Quality, transport: Transport, user_id: str | None = None
) -> tuple[Reservation, bool]:
    """A new ACTIVE lease, and whether its stream existed already. Raises the refusals of DESIGN §4."""
    holder, agency_code = holder_of(caller, user_id), ""
    try:
        with transaction.atomic():
            camera = lock_camera_for(caller, camera_id)
            agency_code = camera.agency.code
            return _reserve(camera, holder, quality, transport)
    except DomainError as refusal:
        refusal_add(refusal, camera_id=camera_id, agency_code=agency_code, holder=holder)
        holders_named(refusal, caller)
        raise


def _reserve(camera: Camera, holder: Holder, quality: Quality, transport: Transport) -> tuple[Reservation, bool]:
    holder.lock()
    check_watchable(camera)
    found = open_stream(camera.pk)
    now = admit(camera, found, holder, transport)
    stream, begun = stream_for(camera, found, now=now, actor=holder.actor)
    lease = Reservation(
        stream=stream,
        camera=camera,
        user=holder.user,
        account=holder.account,
        on_behalf_of=holder.on_behalf_of,
        quality=quality.value,
        layers=as_text(of_quality(quality)),
        asked=transport.value,
        transport=transport.value,
        created_at=now,
        last_seen_at=now,
        expires_at=now + seconds(settings.LEASE_SECONDS),
    )
    insert_together(*begun, lease, request_of("reserve", lease=lease, now=now))
    events.stream_changed(camera.pk)
    feed(camera, stream)
    return lease, stream is found


def feed(camera: Camera, stream: Stream) -> None:
    """Somebody came, or wants something else: what a start of now would not know of, the pusher is told."""
    if camera.has_sub and stream.state in PLAYING:
        tasks.send_after_commit(tasks.layers, stream.pk)


def stream_for(camera: Camera, found: Stream | None, *, now: datetime, actor: str) -> tuple[Stream, list[StreamEvent]]:
    """Join the camera's open stream, if one was found under the camera's lock, or begin a new one.

    What is left to be written with the lease comes with it.
    """
    if found is not None:
        stream_join(found, now=now, actor=actor)
        return found, []
    stream, began = stream_begin(camera, now=now, actor=actor)
    tasks.send_after_commit(tasks.bring_up, stream.pk)
    return stream, [began]
