"""The reservation as its holder sees it (DESIGN §5)."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from cameras.access import Caller, may_publish
from cameras.watermark import watermark_for
from cctv.reasons import reason
from streaming.layers import LOW, given
from streaming.lifecycle.hls_sessions import token_of
from streaming.lifecycle.layering import layers_there
from streaming.media import names
from streaming.media.plane import plane
from streaming.models import Reservation
from streaming.states import PLAYING, ReservationState, Transport

WEBRTC, HLS = Transport.WEBRTC.value, Transport.HLS.value


def hls_url(lease: Reservation) -> str:
    path = names.path(lease.camera.camera_id)
    return f"{settings.HLS_PUBLIC_BASE_URL}/hls/{path}/index.m3u8?token={token_of(lease.pk)}"


def reservation_answer(lease: Reservation, caller: Caller, *, reused: bool | None = None) -> dict[str, Any]:
    """What does not exist yet is null until LIVE."""
    stream = lease.stream
    held = lease.state == ReservationState.ACTIVE
    live = held and stream.state in PLAYING
    there = layers_there(lease.camera)
    answer = {
        "reservation_id": str(lease.pk),
        "reservation_state": lease.state,
        "camera_id": lease.camera.camera_id,
        "state": stream.state,
        "generation": stream.generation,
        "reused": reused,
        "sfu": plane().sfu.kind,
        "transport": HLS if lease.asked == HLS else WEBRTC,
        "quality": lease.quality,
        "quality_effective": "low" if given(lease.layers, lease.transport, there) == LOW else "high",
        "layers": sorted(there),
        "room_name": names.room(lease.camera.camera_id),
        "hls_url": hls_url(lease) if live else None,
        "reason": reason(*((stream.code, stream.params) if held else (lease.code, lease.params))),
        "expires_at": lease.expires_at.isoformat(),
        "heartbeat_interval": settings.HEARTBEAT_INTERVAL,
        "watermark": watermark_for(caller, lease.camera.agency, on_behalf_of=lease.on_behalf_of),
    }
    return answer | _access(lease, live=live) | _publishing(lease, caller, live=live)


def _access(lease: Reservation, *, live: bool) -> dict[str, Any]:
    if not live:
        return {"livekit_url": None, "livekit_token": None, "ice_servers": []}
    access = plane().sfu.viewer_access(lease.camera.camera_id, str(lease.pk))
    return {"livekit_url": access.url, "livekit_token": access.token, "ice_servers": list(access.ice_servers)}


def _publishing(lease: Reservation, caller: Caller, *, live: bool) -> dict[str, Any]:
    publisher = live and may_publish(caller)
    return {
        "ingress_id": lease.stream.ingest_id or None if live else None,
        "whip_url": lease.stream.whip_url or None if publisher else None,
    }
