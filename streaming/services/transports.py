"""By which way a viewer is served: HLS against its ACTIVE lease, asked on every request, or WebRTC."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from cameras.models import Camera
from cctv.errors import DomainError
from quotas.locks import lock_camera
from quotas.policy import decide_capacity, enforce
from quotas.services import limits_for
from streaming import events
from streaming.lifecycle.hls_sessions import reservation_of
from streaming.media import names
from streaming.models import Reservation
from streaming.services.renewing import check_still_allowed, ended
from streaming.services.reserving import feed
from streaming.states import PLAYING, ReservationState, Transport


def lease_of_token(token: str, path: str) -> Reservation:
    """The token's ACTIVE lease on this path. 401 `token_invalid`, 410 with the reason, 404 `camera_offline`."""
    lease = active_lease(token, path)
    if lease.stream.state not in PLAYING:
        raise DomainError("camera_offline", 404, retry_after=2)
    return lease


def active_lease(token: str, path: str) -> Reservation:
    """The same, whether the camera is live or not."""
    rows = Reservation.objects.select_related("stream", "camera__agency", "user", "account")
    pk = reservation_of(token)
    lease = rows.filter(pk=pk).first() if pk else None
    if lease is None or names.path(lease.camera.camera_id) != path:
        raise DomainError("token_invalid", 401)
    if lease.state != ReservationState.ACTIVE:
        raise ended(lease)
    return lease


def admit_hls(lease: Reservation) -> None:
    """The first playlist turns the lease into an HLS one, if the camera has a place left. 503 `stream_at_capacity`."""
    holder = lease.user or lease.account
    assert holder is not None
    check_still_allowed(holder, lease)
    count_as(lease, Transport.HLS)


def admit_webrtc(lease: Reservation) -> None:
    """An offer makes it a WebRTC viewer (again). 409 `wrong_transport` if HLS was asked for, 503 when full."""
    if lease.asked == Transport.HLS:
        raise DomainError("wrong_transport", 409)
    if lease.transport == Transport.HLS:
        count_as(lease, Transport(lease.asked))


def count_as(lease: Reservation, transport: Transport) -> None:
    """Count the viewer where the camera serves it now, by its row under the camera's lock: what we read may be old."""
    if lease.transport == transport:
        return
    with transaction.atomic():
        camera = lock_camera(lease.camera_id)
        current = Reservation.objects.select_related("stream").get(pk=lease.pk)
        if current.state != ReservationState.ACTIVE:
            raise ended(current)
        if current.transport == transport:
            return
        _check_capacity(camera, transport, current)
        Reservation.objects.filter(pk=lease.pk).update(transport=transport)
        events.stream_changed(camera.pk)
        feed(camera, current.stream)


def _check_capacity(camera: Camera, transport: Transport, newcomer: Reservation) -> None:
    is_hls, hls = transport is Transport.HLS, Q(transport=Transport.HLS)
    viewers = Reservation.objects.filter(hls if is_hls else ~hls, camera=camera, state=ReservationState.ACTIVE)
    viewers = viewers.exclude(pk=newcomer.pk)
    enforce(decide_capacity(limits_for(camera.agency), hls=is_hls, camera_viewers=viewers.count()))
