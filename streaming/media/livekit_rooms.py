"""Rooms and participants as LiveKit tells them. No rows here.

A room of ours says so in its metadata. One with a stranger's metadata is never touched; one with none is nobody's: a
client that reconnects after its room went makes such a room (1.11.0), whatever `room.auto_create` says.

Rooms stay in LiveKit's Redis when the server that held one was killed, and nobody answers for them: so a room is asked
for (which gives it to a living server) before its participants are. LiveKit must answer from the room's server, not
from Redis, or the dead are listed for ever: `api.enable_psrpc_for_get_list_participants` (1.11.0).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from livekit.api import (
    CreateRoomRequest,
    DeleteRoomRequest,
    DeleteRoomResponse,
    ListParticipantsRequest,
    ListParticipantsResponse,
    ListRoomsRequest,
    ListRoomsResponse,
    ParticipantInfo,
    RemoveParticipantResponse,
    Room,
    RoomParticipantIdentity,
    TrackType,
)

from streaming.media import livekit_tokens, names
from streaming.media.livekit_client import GONE, LiveKit, LiveKitRefused
from streaming.media.ports import MediaError, Participant

A = TypeVar("A")
POLL = 0.02  # seconds between two looks whether somebody is gone


def make(api: LiveKit, camera_id: str) -> None:
    """The camera's room, made unless it is there. MediaError("name_taken") where somebody else holds the name."""
    # Looked at first: to ask for a room that is there overwrites its metadata in Redis, even a stranger's.
    there = _found(api, camera_id)
    if there is not None and _strangers(there):
        raise MediaError("name_taken", name=there.name)
    if there is not None and not _ours(there):
        _delete(api, camera_id)
    api.room("CreateRoom", _request(camera_id), Room)


def _held(api: LiveKit, camera_id: str) -> bool:
    """Whether the camera's room is there and no stranger's; then a living server has it."""
    there = _found(api, camera_id)
    if there is None or _strangers(there):
        return False
    api.room("CreateRoom", _as_it_is(there), Room)
    return True


def _as_it_is(room: Room) -> CreateRoomRequest:
    """Asked for like this, nothing of it changes."""
    return CreateRoomRequest(
        name=room.name,
        empty_timeout=room.empty_timeout,
        departure_timeout=room.departure_timeout,
        max_participants=room.max_participants,
        metadata=room.metadata,
    )


def _request(camera_id: str) -> CreateRoomRequest:
    config = livekit_tokens.room_configuration()
    return CreateRoomRequest(
        name=names.room(camera_id),
        empty_timeout=config.empty_timeout,
        departure_timeout=config.departure_timeout,
        max_participants=config.max_participants,
        metadata=config.metadata,
    )


def ours(api: LiveKit) -> list[str]:
    """camera_ids of our rooms."""
    head, _, tail = names.room("\0").partition("\0")
    found = [room.name for room in _listed(api) if _ours(room)]
    inner = [name for name in found if name.startswith(head) and name.endswith(tail)]
    return sorted(name.removeprefix(head).removesuffix(tail) for name in inner)


def destroy(api: LiveKit, camera_id: str) -> None:
    """Nobody is in it any more when this returns. A stranger's room of that name stays."""
    there = _found(api, camera_id)
    if there is not None and not _strangers(there):
        _delete(api, camera_id)


def _delete(api: LiveKit, camera_id: str) -> None:
    request = DeleteRoomRequest(room=names.room(camera_id))
    _tolerant(lambda: api.room("DeleteRoom", request, DeleteRoomResponse))
    _until_gone(lambda: _found(api, camera_id) is not None)


def people(api: LiveKit, camera_id: str) -> list[Participant]:
    """Those whose peer connection is up; a publisher is publishing once its video arrived in the SFU."""
    return _people(api, camera_id) if _held(api, camera_id) else []


def everybody(api: LiveKit) -> dict[str, list[Participant]]:
    """One call for the rooms, and one for each of them."""
    return {camera_id: _people(api, camera_id) for camera_id in ours(api)}


def _people(api: LiveKit, camera_id: str) -> list[Participant]:
    request = ListParticipantsRequest(room=names.room(camera_id))
    found = _tolerant(lambda: api.room("ListParticipants", request, ListParticipantsResponse, room=request.room))
    active = [who for who in (found.participants if found else ()) if who.state == ParticipantInfo.State.ACTIVE]
    return [_participant(camera_id, who) for who in active]


def publisher_of(api: LiveKit, camera_id: str) -> Participant | None:
    """The camera's publisher, connected or not yet."""
    found = _one(api, camera_id, names.publisher(camera_id)) if _held(api, camera_id) else None
    return _participant(camera_id, found) if found else None


def remove(api: LiveKit, camera_id: str, identity: str) -> None:
    """Gone when it returns."""
    if not _held(api, camera_id) or _one(api, camera_id, identity) is None:
        return
    who = RoomParticipantIdentity(room=names.room(camera_id), identity=identity)
    _tolerant(lambda: api.room("RemoveParticipant", who, RemoveParticipantResponse, room=who.room))
    _until_gone(lambda: _one(api, camera_id, identity) is not None)


def _participant(camera_id: str, who: ParticipantInfo) -> Participant:
    active = who.state == ParticipantInfo.State.ACTIVE
    publishing = active and any(track.type == TrackType.VIDEO and not track.muted for track in who.tracks)
    said = _said(who.metadata) if who.identity == names.publisher(camera_id) else {}
    ours = said.get("instance") == settings.INSTANCE_ID and isinstance(said.get("generation"), int)
    generation = said["generation"] if ours else None
    return Participant(names.room(camera_id), who.identity, publishing=publishing, generation=generation)


def _listed(api: LiveKit, *rooms: str) -> list[Room]:
    return list(api.room("ListRooms", ListRoomsRequest(names=rooms), ListRoomsResponse).rooms)


def _one(api: LiveKit, camera_id: str, identity: str) -> ParticipantInfo | None:
    who = RoomParticipantIdentity(room=names.room(camera_id), identity=identity)
    return _tolerant(lambda: api.room("GetParticipant", who, ParticipantInfo, room=who.room))


def _found(api: LiveKit, camera_id: str) -> Room | None:
    return next(iter(_listed(api, names.room(camera_id))), None)


def _ours(room: Room) -> bool:
    return bool(_said(room.metadata).get("instance") == settings.INSTANCE_ID)


def _strangers(room: Room) -> bool:
    return bool(room.metadata) and not _ours(room)


def _said(metadata: str) -> dict[str, Any]:
    """Metadata is anybody's text."""
    try:
        said = json.loads(metadata or "{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _tolerant(call: Callable[[], A]) -> A | None:
    """The answer, or None where LiveKit says that it is not there."""
    try:
        return call()
    except LiveKitRefused as error:
        if error.twirp != GONE:
            raise
        return None


def _until_gone(there: Callable[[], bool]) -> None:
    """The calls within have the operation's deadline, and raise after it."""
    while there():
        time.sleep(POLL)
