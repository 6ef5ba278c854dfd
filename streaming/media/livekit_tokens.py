"""Access tokens for LiveKit (docs.livekit.io, "Tokens & grants"), signed here with the API key, without a call out.

Key and secret are always handed over: livekit-api would else read them from the environment.
"""

from __future__ import annotations

import json
import time
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from livekit.api import AccessToken, VideoGrants
from livekit.protocol.room import RoomConfiguration

from quotas.services import camera_webrtc_limit
from streaming.media import names
from streaming.media.ports import MediaError

CALL_SECONDS = 60  # of a token for one call of ours; LiveKit forgives a minute of clock skew on top
PUBLISHER_SECONDS = 60  # of a token for WHIP: it is shown once, right after the pusher started
SPARE_PLACES = 10  # in a room above the viewers' limit: the publisher, and viewers who join anew before they are gone


def api(*, room: str = "", ingress: bool = False) -> str:
    """For calls of ours to LiveKit's API: within `room`; without one to make, list and delete rooms; to its Ingress.

    Signed anew only each half of its life: hundreds of rooms are looked at again and again.
    """
    half = int(time.time() / CALL_SECONDS * 2)
    return _for_calls(settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET, room, ingress, half)


@lru_cache(maxsize=1024)
def _for_calls(_key: str, _secret: str, room: str, ingress: bool, _half: int) -> str:
    if ingress:
        grants = VideoGrants(ingress_admin=True)
    elif room:
        grants = VideoGrants(room_admin=True, room=room)
    else:
        grants = VideoGrants(room_create=True, room_list=True)
    return _signed(_token(CALL_SECONDS).with_grants(grants))


def viewer(camera_id: str, reservation_id: str) -> str:
    """Joins the room and receives, nothing else; good for a first join within VIEWER_TOKEN_SECONDS."""
    grants = VideoGrants(
        room_join=True,
        room=names.room(camera_id),
        can_subscribe=True,
        can_publish=False,
        can_publish_data=False,
        can_update_own_metadata=False,
    )
    token = _token(settings.VIEWER_TOKEN_SECONDS).with_identity(names.viewer(reservation_id))
    return _signed(token.with_grants(grants))


def publisher(camera_id: str, generation: int) -> str:
    """Publishes into the room as the camera's publisher of this generation.

    It describes the room too, because LiveKit's WHIP makes one that is not there, whatever `room.auto_create` says.
    """
    grants = VideoGrants(
        room_join=True,
        room=names.room(camera_id),
        can_publish=True,
        can_subscribe=False,
        can_publish_data=False,
        can_update_own_metadata=False,
    )
    token = _token(PUBLISHER_SECONDS).with_identity(names.publisher(camera_id))
    token = token.with_metadata(publisher_metadata(generation)).with_room_config(room_configuration())
    return _signed(token.with_grants(grants))


def publisher_metadata(generation: int) -> str:
    return json.dumps({"instance": settings.INSTANCE_ID, "generation": generation})


def room_configuration() -> RoomConfiguration:
    """Of every room of ours: whose it is, and when it goes by itself if nobody is in it."""
    return RoomConfiguration(
        empty_timeout=settings.ROOM_EMPTY_SECONDS,
        departure_timeout=settings.ROOM_EMPTY_SECONDS,
        max_participants=camera_webrtc_limit() + SPARE_PLACES,
        metadata=json.dumps({"instance": settings.INSTANCE_ID}),
    )


def _token(seconds: float) -> AccessToken:
    """MediaError where no key is set, which the system check `cctv.E005` has told at the start."""
    if not settings.LIVEKIT_API_KEY or not settings.LIVEKIT_API_SECRET:
        raise MediaError("sfu_unauthorised", reason="no key")
    return AccessToken(settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET).with_ttl(timedelta(seconds=seconds))


def _signed(token: AccessToken) -> str:
    return token.to_jwt()
