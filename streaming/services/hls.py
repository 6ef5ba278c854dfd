"""Who may read a camera's HLS: the holder of an ACTIVE lease, asked on every request."""

from __future__ import annotations

import uuid

from django.core import signing
from django.db import transaction

from cameras.access import camera_for
from cctv.errors import DomainError
from quotas.locks import lock_camera
from quotas.services import limits_for
from streaming import events
from streaming.media import names
from streaming.models import Reservation
from streaming.services.answers import HLS_SALT
from streaming.services.renewing import ended
from streaming.states import PLAYING, ReservationState, Transport


def lease_of_token(token: str, path: str) -> Reservation:
    """The token's ACTIVE lease on this path. 401 `token_invalid`, 410 with the reason, 404 `camera_offline`."""
    try:
        pk = uuid.UUID(signing.loads(token, salt=HLS_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        raise DomainError("token_invalid", 401) from None
    rows = Reservation.objects.select_related("stream", "camera__agency", "user", "account")
    lease = rows.filter(pk=pk).first()
    if lease is None or names.path(lease.camera.camera_id) != path:
        raise DomainError("token_invalid", 401)
    if lease.state != ReservationState.ACTIVE:
        raise ended(lease)
    if lease.stream.state not in PLAYING:
        raise DomainError("camera_offline", 404, retry_after=2)
    return lease


def admit_hls(lease: Reservation) -> None:
    """The first playlist turns the lease into an HLS one, if the camera has a place left. 503 `stream_at_capacity`."""
    holder = lease.user or lease.account
    assert holder is not None
    camera_for(holder, lease.camera.camera_id, watch=True)
    if lease.transport == Transport.HLS:
        return
    with transaction.atomic():
        camera = lock_camera(lease.camera_id)
        limit = limits_for(camera.agency).camera_hls
        viewers = Reservation.objects.filter(camera=camera, state=ReservationState.ACTIVE, transport=Transport.HLS)
        if (used := viewers.count()) >= limit:
            raise DomainError("stream_at_capacity", 503, retry_after=10, limit=limit, used=used)
        Reservation.objects.filter(pk=lease.pk).update(transport=Transport.HLS)
        events.stream_changed(camera.pk)
