"""LiveKit's webhooks: whose they are, and what they tell (docs.livekit.io, "Webhooks"; tried with 1.11.0).

LiveKit signs a token over the SHA-256 of the body with our API key, and sends it as `Authorization` without "Bearer".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt
from django.conf import settings
from google.protobuf.json_format import Parse, ParseError
from livekit.api import TokenVerifier, WebhookEvent

from cctv import clock
from streaming.media import names
from streaming.media.ports import MediaError


@dataclass(frozen=True, slots=True)
class Told:
    """`viewer` is the reservation the participant belongs to, `publisher` whether it is the room's camera."""

    id: str
    event: str
    room: str
    ours: bool
    publisher: bool
    viewer: uuid.UUID | None


def read(body: bytes, token: str) -> Told:
    """MediaError("webhook_unauthorised") unless LiveKit sent just this, ("bad_webhook") where it is old or nonsense."""
    _check_signature(body, token)
    try:
        event = Parse(body, WebhookEvent(), ignore_unknown_fields=True)
    except (ParseError, UnicodeDecodeError) as error:
        raise MediaError("bad_webhook", permanent=True) from error
    _check_age(event.created_at)
    if not event.id:
        raise MediaError("bad_webhook", permanent=True)
    who, room = event.participant.identity, event.room.name or event.ingress_info.room_name
    publisher = who == names.publisher(_camera_id(room))
    return Told(event.id, event.event, room, _ours(event), publisher, _reservation(who))


def _check_signature(body: bytes, token: str) -> None:
    if not settings.LIVEKIT_API_KEY or not settings.LIVEKIT_API_SECRET:
        raise MediaError("webhook_unauthorised", permanent=True)
    try:
        said = TokenVerifier(settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET).verify(token)
        digest = base64.b64decode(said.sha256 or "", validate=True)
    except (jwt.PyJWTError, binascii.Error) as error:
        raise MediaError("webhook_unauthorised", permanent=True) from error
    if not hmac.compare_digest(digest, hashlib.sha256(body).digest()):
        raise MediaError("webhook_unauthorised", permanent=True)


def _check_age(created_at: int) -> None:
    """A token of LiveKit's lives as long as its clock says; the event itself must be young by ours."""
    try:
        age = clock.now() - datetime.fromtimestamp(created_at, UTC)
    except (ValueError, OverflowError, OSError):
        raise MediaError("bad_webhook", permanent=True) from None
    if abs(age) > timedelta(seconds=settings.WEBHOOK_MAX_AGE):
        raise MediaError("bad_webhook", permanent=True)


def _ours(event: WebhookEvent) -> bool:
    """By the room's metadata, or an ingress' name; both were set by us."""
    if event.HasField("ingress_info"):
        return bool(event.ingress_info.name.startswith(f"{settings.INSTANCE_ID}:"))
    try:
        said = json.loads(event.room.metadata or "{}")
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("instance") == settings.INSTANCE_ID


def _camera_id(room: str) -> str:
    """The inverse of names.room."""
    head, _, tail = names.room("\0").partition("\0")
    return room.removeprefix(head).removesuffix(tail)


def _reservation(identity: str) -> uuid.UUID | None:
    """The inverse of names.viewer."""
    head, _, tail = names.viewer("\0").partition("\0")
    if not identity.startswith(head) or not identity.endswith(tail):
        return None
    try:
        return uuid.UUID(identity.removeprefix(head).removesuffix(tail))
    except ValueError:
        return None
