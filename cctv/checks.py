"""System checks: a wrong setting stops the start and names its variable."""

from __future__ import annotations

from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from cctv import env

ORDER = [  # (the smaller, the larger)
    ("HEARTBEAT_INTERVAL", "LEASE_SECONDS"),
    ("PAGE_CLOSED_SECONDS", "LEASE_SECONDS"),
    ("SOURCE_START_SECONDS", "FIRST_PACKET_SECONDS"),
    ("FIRST_PACKET_SECONDS", "BRING_UP_SECONDS"),
    ("PUSHER_RECONNECT_SECONDS", "SOURCE_AWAY_SECONDS"),
    ("WORK_LEASE_RENEW_SECONDS", "WORK_LEASE_SECONDS"),
    ("MEDIA_CALL_TIMEOUT", "WORK_LEASE_SECONDS"),
    ("WORK_LEASE_SECONDS", "BRING_UP_SECONDS"),
    ("TICK_SECONDS", "RECONCILE_SECONDS"),
    ("LEASE_SECONDS", "PAUSED_SECONDS"),
    ("LEASE_SECONDS", "VIEWER_TOKEN_SECONDS"),
]


@register(Tags.security)
def environment(**_: Any) -> list[CheckMessage]:
    return [Error(problem, id="cctv.E001") for problem in env.problems]


@register(Tags.security)
def timing(**_: Any) -> list[CheckMessage]:
    return [
        Error(f"{small} ({getattr(settings, small):g} s) must be below {large} ({getattr(settings, large):g} s)",
              id="cctv.E002")
        for small, large in ORDER
        if not getattr(settings, small) < getattr(settings, large)
    ]  # fmt: skip


@register(Tags.security)
def encryption_keys(**_: Any) -> list[CheckMessage]:
    try:
        for key in settings.FIELD_ENCRYPTION_KEYS:
            Fernet(key)
    except ValueError:
        hint = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
        return [Error("FIELD_ENCRYPTION_KEY is not a Fernet key", hint=hint, id="cctv.E003")]
    return []


@register(Tags.security)
def public_urls(**_: Any) -> list[CheckMessage]:
    if settings.SFU == "livekit" and settings.HTTPS and settings.LIVEKIT_PUBLIC_URL.startswith("ws://"):
        return [Error("LIVEKIT_PUBLIC_URL is ws:// behind an https page: browsers refuse it", id="cctv.E004")]
    return []


@register(Tags.security)
def turn(**_: Any) -> list[CheckMessage]:
    """A viewer would be told of a TURN server that refuses it."""
    if settings.TURN_URLS and not settings.TURN_SHARED_SECRET:
        return [Error("TURN_SHARED_SECRET is not set, but TURN_URLS is", id="cctv.E006")]
    return []


NEEDED = {
    ("SFU", "livekit"): ["LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"],
    ("SFU", "janus"): ["JANUS_API_SECRET", "JANUS_ADMIN_SECRET"],
    ("GATEWAY", "direct"): ["HLS_DIR"],
    ("PUSHER_RUNNER", "supervisor"): ["SUPERVISOR_SOCKET", "SUPERVISOR_PROGRAMS_DIR"],
}


@register(Tags.security)
def plane(**_: Any) -> list[CheckMessage]:
    return [
        Error(f"{name} is not set, but {port}={chosen} needs it", id="cctv.E005")
        for (port, chosen), names in NEEDED.items()
        if getattr(settings, port) == chosen
        for name in names
        if not getattr(settings, name)
    ]
