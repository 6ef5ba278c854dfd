"""The load's fake servers, on a clock that a test moves."""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable
from typing import Any

import pytest
from livekit import api
from livekit.protocol.room import RoomConfiguration

from bench.load.doors import World

NAME, IDENTITY = "camera_a", "camera_a_publisher"
SOURCE = {"source": "rtsp://127.0.0.1:9/a", "sourceOnDemand": True}


class Time:
    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self.now + seconds, len(self._due), act))

    def passes(self, seconds: float) -> None:
        until = self.now + seconds
        while self._due and self._due[0][0] <= until:
            self.now, _, act = heapq.heappop(self._due)
            act()
        self.now = until


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def world(time: Time) -> World:
    return World(time.later, lambda: time.now + 1_000_000_000)


def token(expires: float = 1_000_000_060) -> str:
    grants = api.VideoGrants(room_join=True, room=NAME, can_publish=True)
    config = RoomConfiguration(empty_timeout=60, departure_timeout=60, metadata="ours")
    made = api.AccessToken("key", "s" * 32).with_identity(IDENTITY).with_metadata('{"generation": 7}')
    said = json.loads(json.dumps({"whip": made.with_grants(grants).with_room_config(config).to_jwt()}))["whip"]
    return expiring(said, expires)


def expiring(text: str, expires: float) -> str:
    import jwt

    said = jwt.decode(text, options={"verify_signature": False, "verify_exp": False})
    return jwt.encode({**said, "exp": expires}, "s" * 32, algorithm="HS256")


def v3(world: World, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    status, _, said = world.answer(method, f"/v3{path}", b"" if body is None else json.dumps(body).encode())
    return status, json.loads(said)


def people(world: World) -> list[api.ParticipantInfo]:
    asked = api.ListParticipantsRequest(room=NAME).SerializeToString()
    status, _, body = world.answer("POST", "/twirp/livekit.RoomService/ListParticipants", asked)
    return list(api.ListParticipantsResponse.FromString(body).participants) if status == 200 else []


def forward(world: World, key: str) -> None:
    v3(world, "POST", f"/config/paths/add/{NAME}", SOURCE)
    dest = {"dest": "whip://x/whip/v1?generation=7", "whipBearerToken": key}
    assert v3(world, "PATCH", f"/config/paths/patch/{NAME}", {"sourceOnDemand": False, "forward": [dest]})[0] == 200


def test_a_forward_becomes_a_publisher_as_its_token_says(world: World, time: Time):
    forward(world, token())
    assert people(world) == []
    time.passes(0.4)
    (who,) = people(world)
    assert (who.identity, who.metadata, who.state) == (IDENTITY, '{"generation": 7}', api.ParticipantInfo.State.ACTIVE)
    assert [track.type for track in who.tracks] == [api.TrackType.VIDEO]
    assert v3(world, "GET", f"/paths/get/{NAME}")[1]["ready"]


def test_a_publisher_that_vanishes_comes_again_after_five_seconds(world: World, time: Time):
    forward(world, token())
    time.passes(0.4)
    world.answer("POST", "/load/kill-publisher", json.dumps({"room": NAME, "identity": IDENTITY}).encode())
    time.passes(4.9)
    assert people(world) == []
    time.passes(0.2)
    assert len(people(world)) == 1


def test_a_token_that_is_too_old_is_refused_and_says_so(world: World, time: Time):
    forward(world, token(expires=999_999_900))
    time.passes(0.4)
    assert people(world) == []
    (item,) = v3(world, "GET", f"/paths/forward/list?path={NAME}")[1]["items"]
    assert (item["state"], item["lastError"]) == ("error", "bad status code: 401")


def test_a_path_that_is_deleted_takes_its_publisher_along(world: World, time: Time):
    forward(world, token())
    time.passes(0.4)
    assert v3(world, "DELETE", f"/config/paths/delete/{NAME}")[0] == 200
    assert people(world) == []
    assert v3(world, "GET", f"/config/paths/get/{NAME}")[0] == 404
    assert v3(world, "POST", f"/config/paths/add/{NAME}", SOURCE)[0] == 200
    assert v3(world, "POST", f"/config/paths/add/{NAME}", SOURCE)[0] == 400


def test_listings_come_in_pages(world: World):
    for number in range(5):
        v3(world, "POST", f"/config/paths/add/camera_{number}", SOURCE)
    page = v3(world, "GET", "/config/paths/list?itemsPerPage=2&page=2")[1]
    assert (page["itemCount"], page["pageCount"]) == (5, 3)
    assert [item["name"] for item in page["items"]] == ["camera_4"]


def test_an_empty_room_goes_by_itself_and_a_visited_one_stays(world: World, time: Time):
    for name in ("empty", "visited"):
        asked = api.CreateRoomRequest(name=name, empty_timeout=60).SerializeToString()
        assert world.answer("POST", "/twirp/livekit.RoomService/CreateRoom", asked)[0] == 200
    world.answer("POST", "/load/viewers", json.dumps({"join": [["visited", "viewer_1"]], "leave": []}).encode())
    time.passes(61)
    assert world.counts()["rooms"] == world.counts()["viewers"] == 1


def test_a_viewer_without_a_room_is_counted_as_homeless(world: World):
    world.answer("POST", "/load/viewers", json.dumps({"join": [["nowhere", "viewer_1"]], "leave": []}).encode())
    assert (world.counts()["homeless"], world.counts()["viewers"]) == (1, 0)


def test_what_happens_in_a_room_is_told_in_its_order(time: Time):
    told: list[str] = []
    world = World(time.later, lambda: 1_000_000_000, lambda event, room, who: told.append(event))
    forward(world, token())
    time.passes(0.4)
    v3(world, "DELETE", f"/config/paths/delete/{NAME}")
    time.passes(61)
    begin = ["room_started", "participant_joined", "track_published"]
    assert told == [*begin, "participant_left", "room_finished"]
