"""What a browser needs to try every way to our media, for the connection self-test."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from cameras.access import Caller
from streaming.media import turn
from streaming.services.callers import caller_key


def connection(caller: Caller) -> dict[str, Any]:
    """Addresses, and TURN credentials of the caller's own; no token of any room: they open no camera.

    `{sfu, livekit_url, ice_servers, hls_base}`; `livekit_url` is null where the SFU is another one.
    """
    return {
        "sfu": settings.SFU,
        "livekit_url": settings.LIVEKIT_PUBLIC_URL if settings.SFU == "livekit" else None,
        "ice_servers": turn.ice_servers(f"test-{caller_key(caller).replace(':', '-')}"),
        "hls_base": f"{settings.HLS_PUBLIC_BASE_URL}/hls",
    }
