"""LiveKit: whose a room is, who is in it, and what a viewer gets."""

from __future__ import annotations

import json
import time
from typing import Any

import jwt
import pytest
from livekit import api
from pytest_django import Settings

from quotas.models import SiteLimit
from streaming.media.livekit_sfu import LiveKitSfu
from streaming.media.ports import MediaError
from streaming.tests.livekit_world import CAMERA, PUBLISHER, ROOM, livekit, sfu
from tests.contract.livekit_fake import FakeLiveKit

__all__ = ["livekit", "sfu"]


def test_a_room_closes_when_empty_and_holds_more_than_the_viewers(livekit: FakeLiveKit, sfu: LiveKitSfu) -> None:
    sfu.ensure_room(CAMERA)
    room = livekit.rooms[ROOM]
    assert (room.empty_timeout, room.departure_timeout, room.max_participants) == (60, 60, 110)
    assert json.loads(room.metadata) == {"instance": "contract"}


def test_a_limit_that_was_raised_makes_larger_rooms(livekit: FakeLiveKit, sfu: LiveKitSfu) -> None:
    SiteLimit.objects.update_or_create(pk=1, defaults={"camera_webrtc": 300})
    sfu.ensure_room(CAMERA)
    assert livekit.rooms[ROOM].max_participants == 310


@pytest.mark.parametrize("metadata", ["not json", "[1]", '{"instance": "another"}'])
def test_a_strangers_room_is_left_alone(livekit: FakeLiveKit, sfu: LiveKitSfu, metadata: str) -> None:
    livekit.rooms[ROOM] = api.Room(name=ROOM, metadata=metadata)
    livekit.join(ROOM, "somebody", video=True)
    with pytest.raises(MediaError, match="name_taken") as taken:
        sfu.ensure_room(CAMERA)
    sfu.remove_participant(CAMERA, "somebody")
    sfu.delete_room(CAMERA)
    assert not taken.value.permanent
    assert (sfu.list_rooms(), sfu.participants(CAMERA)) == ([], [])
    assert livekit.rooms[ROOM].metadata == metadata
    assert list(livekit.people[ROOM]) == ["somebody"]


def test_a_room_that_a_reconnect_made_is_nobodys_and_made_anew(livekit: FakeLiveKit, sfu: LiveKitSfu) -> None:
    livekit.rooms[ROOM] = api.Room(name=ROOM, empty_timeout=300)
    livekit.join(ROOM, "viewer_of_old")
    assert sfu.list_rooms() == []
    sfu.ensure_room(CAMERA)
    assert (sfu.list_rooms(), sfu.participants(CAMERA)) == ([CAMERA], [])
    assert livekit.rooms[ROOM].empty_timeout == 60


def test_in_a_room_of_nobody_participants_can_be_removed(livekit: FakeLiveKit, sfu: LiveKitSfu) -> None:
    livekit.rooms[ROOM] = api.Room(name=ROOM)
    livekit.join(ROOM, "viewer_revoked")
    sfu.remove_participant(CAMERA, "viewer_revoked")
    assert (livekit.people[ROOM], livekit.rooms[ROOM].metadata) == ({}, "")


def test_rooms_of_another_suffix_are_not_ours(livekit: FakeLiveKit, sfu: LiveKitSfu, settings: Settings) -> None:
    sfu.ensure_room(CAMERA)
    settings.NAME_SUFFIX = "-blue"
    sfu.ensure_room(CAMERA)
    assert sfu.list_rooms() == [CAMERA]
    assert sorted(livekit.rooms) == [ROOM, f"{ROOM}-blue"]


def test_who_is_still_connecting_is_no_participant(livekit: FakeLiveKit, sfu: LiveKitSfu) -> None:
    sfu.ensure_room(CAMERA)
    livekit.join(ROOM, PUBLISHER, generation=3)
    livekit.people[ROOM][PUBLISHER].state = api.ParticipantInfo.State.JOINED
    assert sfu.participants(CAMERA) == []
    assert sfu.publisher(CAMERA) is None


def test_a_publisher_counts_once_its_video_is_there(livekit: FakeLiveKit, sfu: LiveKitSfu) -> None:
    sfu.ensure_room(CAMERA)
    livekit.join(ROOM, PUBLISHER, generation=3)
    assert sfu.publisher(CAMERA) is None
    livekit.join(ROOM, PUBLISHER, generation=3, video=True)
    found = sfu.publisher(CAMERA)
    assert found is not None
    assert (found.identity, found.publishing, found.generation) == (PUBLISHER, True, 3)


def test_a_participants_metadata_may_be_anything(livekit: FakeLiveKit, sfu: LiveKitSfu) -> None:
    sfu.ensure_room(CAMERA)
    for metadata in ("{", "7", '{"generation": "x", "instance": "contract"}', '{"generation": 4}'):
        livekit.join(ROOM, PUBLISHER, video=True)
        livekit.people[ROOM][PUBLISHER].metadata = metadata
        assert [who.generation for who in sfu.participants(CAMERA)] == [None]


def test_whom_redis_remembers_after_a_crash_is_not_told(livekit: FakeLiveKit, sfu: LiveKitSfu) -> None:
    sfu.ensure_room(CAMERA)
    livekit.join(ROOM, PUBLISHER, generation=3, video=True)
    livekit.kill()
    livekit.start()
    assert (sfu.list_rooms(), sfu.publisher(CAMERA), sfu.participants(CAMERA)) == ([CAMERA], None, [])


def test_a_viewer_may_receive_and_nothing_else(livekit: FakeLiveKit, sfu: LiveKitSfu, settings: Settings) -> None:
    access = sfu.viewer_access(CAMERA, "0b0e7c1e-0000-4000-8000-000000000001")
    said = claims(livekit, access.token)
    video = {name: value for name, value in said["video"].items() if value}
    assert video == {"roomJoin": True, "room": ROOM, "canSubscribe": True}
    assert said["sub"] == "viewer_0b0e7c1e-0000-4000-8000-000000000001"
    assert abs(said["exp"] - time.time() - settings.VIEWER_TOKEN_SECONDS) < 5
    assert access.url == settings.LIVEKIT_PUBLIC_URL


def test_a_viewers_access_asks_nobody(livekit: FakeLiveKit, sfu: LiveKitSfu) -> None:
    livekit.kill()
    assert sfu.viewer_access(CAMERA, "0b0e7c1e-0000-4000-8000-000000000001").token
    assert livekit.asked == []


def test_a_viewer_is_told_the_turn_servers(livekit: FakeLiveKit, sfu: LiveKitSfu, settings: Settings) -> None:
    settings.TURN_URLS, settings.TURN_SHARED_SECRET = ["turn:turn.example:3478"], "shared"
    (server,) = sfu.viewer_access(CAMERA, "0b0e7c1e-0000-4000-8000-000000000001").ice_servers
    assert server["urls"] == ["turn:turn.example:3478"]


def claims(livekit: FakeLiveKit, token: str | None) -> dict[str, Any]:
    said: dict[str, Any] = jwt.decode(token or "", livekit.secret, algorithms=["HS256"])
    return said
