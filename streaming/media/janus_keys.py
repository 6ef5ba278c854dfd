"""What the Janus adapter derives instead of storing: keys, room passwords, session ids, labels."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

from django.conf import settings

from streaming.media import names

RANDOM_BITS = 22
EPOCH = datetime(2025, 1, 1, tzinfo=UTC)


def ingest_key(camera_id: str, generation: int) -> str:
    """256 bits as hex, the same at each call, so that asking again for an ingest gives a key that works."""
    return _derived(settings.SECRET_KEY, "ingest", settings.INSTANCE_ID, camera_id, str(generation))


def sha256(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def resource(session_id: int) -> str:
    """The WHIP resource (RFC 9725 §4.2) of a publisher's session, which it does not give away."""
    return _derived(settings.SECRET_KEY, "resource", settings.INSTANCE_ID, str(session_id))[:32]


def room_secret(camera_id: str) -> str:
    """Needed to destroy the room. From Janus' own secret: both change together, and then no old room is left."""
    return _derived(settings.JANUS_ADMIN_SECRET, "room", settings.INSTANCE_ID, camera_id)


def room_pin(camera_id: str) -> str:
    """Needed to join the room."""
    return _derived(settings.JANUS_ADMIN_SECRET, "pin", settings.INSTANCE_ID, camera_id)


def _derived(key: str, *words: str) -> str:
    return hmac.new(key.encode(), "\n".join(("janus", *words)).encode(), hashlib.sha256).hexdigest()


def room_label(camera_id: str) -> str:
    """A room's description, and a handle's opaque id: whose it is."""
    return f"{settings.INSTANCE_ID}/{camera_id}"


def camera_of(label: str) -> str | None:
    """The camera_id in a label of this INSTANCE_ID, else None."""
    instance, _, camera_id = label.rpartition("/")
    return camera_id if instance == settings.INSTANCE_ID and camera_id else None


def ingest_id(camera_id: str, generation: int) -> str:
    return f"{names.room(camera_id)}/{generation}"


def session_id(now: datetime) -> int:
    """A new id for a Janus session (< 2^53, as JSON wants) that tells when it was made.

    We choose it, so that the row can be written before the session exists: no crash leaves one we don't know of.
    """
    seconds = int((now - EPOCH).total_seconds())
    return (seconds << RANDOM_BITS) | secrets.randbits(RANDOM_BITS)


def made_at(session: int) -> datetime:
    """When a session of ours was made; for a foreign one any time at all."""
    return EPOCH + timedelta(seconds=session >> RANDOM_BITS)
