"""Ingests without LiveKit Ingress: the SFU's own `POST /whip/v1`, with a publisher's token as the key.

LiveKit cannot be told to refuse a token, so a token lives 60 s, and a publisher of an older generation that came in
with one is removed. There is nothing to list but the publishers themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.conf import settings

from streaming.media import livekit_rooms, livekit_tokens, names
from streaming.media.livekit_client import LiveKit
from streaming.media.ports import Ingest, MediaError, Participant, Secret

PATH = "whip/v1"


def create(api: LiveKit, camera_id: str, generation: int) -> Ingest:
    """A fresh token at each call. MediaError("superseded") where a newer generation publishes."""
    there = livekit_rooms.publisher_of(api, camera_id)
    if there is not None and there.generation is not None:
        if there.generation > generation:
            raise MediaError("superseded", generation=there.generation)
        if there.generation < generation:
            livekit_rooms.remove(api, camera_id, there.identity)
    return _ingest(camera_id, generation, livekit_tokens.publisher(camera_id, generation))


def everything(people: Mapping[str, Sequence[Participant]]) -> list[Ingest]:
    found = [(camera_id, who.generation) for camera_id, some in people.items() for who in some]
    return [_ingest(camera_id, generation) for camera_id, generation in found if generation is not None]


def _ingest(camera_id: str, generation: int, key: str = "") -> Ingest:
    url = f"{settings.LIVEKIT_WHIP_URL.rstrip('/')}/{PATH}"
    return Ingest(camera_id, generation, f"{names.room(camera_id)}/{generation}", url, Secret(key))
