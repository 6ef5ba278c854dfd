"""What the fake LiveKit holds: rooms and who is in them. No network, no clock of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
from livekit import api

from bench.load.webhooks import Tell

Later = Callable[[float, Callable[[], None]], object]
VIDEO = api.TrackInfo(
    sid="TR_VCamera1", type=api.TrackType.VIDEO, name="video", width=1920, height=1080, mime_type="video/H264", mid="0"
)
LEEWAY = 60  # seconds that LiveKit forgives a token


class NoRoom(Exception):
    """Nobody joins a room that is not there."""


@dataclass
class Room:
    info: api.Room
    people: dict[str, api.ParticipantInfo] = field(default_factory=dict)
    emptied: int = 0  # how often the last one left

    def told(self) -> api.Room:
        self.info.num_participants = len(self.people)
        self.info.num_publishers = sum(1 for who in self.people.values() if who.is_publisher)
        return self.info


class Rooms:
    """`gone(room, identity)` is told of everybody who leaves, however it came about; `tell`: LiveKit's webhooks."""

    def __init__(self, later: Later, gone: Callable[[str, str], None], tell: Tell | None = None) -> None:
        self.rooms: dict[str, Room] = {}
        self.removed: list[str] = []  # identities that the product threw out
        self._later, self._gone = later, gone
        self._tell: Tell = tell or (lambda *_: None)
        self._made = 0

    def make(self, asked: Any) -> api.Room:
        """One that is there is overwritten in part, as LiveKit does it in Redis."""
        room = self.rooms.get(asked.name)
        if room is None:
            self._made += 1
            room = self.rooms[asked.name] = Room(api.Room(sid=f"RM_{self._made:012d}", name=asked.name))
            room.info.empty_timeout = asked.empty_timeout
            self._expire(asked.name, room, asked.empty_timeout)
            self._describe(room, asked)
            self._tell("room_started", room.info, None)
        self._describe(room, asked)
        return room.told()

    def _describe(self, room: Room, asked: Any) -> None:
        for name in ("empty_timeout", "departure_timeout", "max_participants", "metadata"):
            if value := getattr(asked, name):
                setattr(room.info, name, value)

    def _expire(self, name: str, room: Room, seconds: float) -> None:
        """A room goes by itself where nobody came, or came back, in time."""
        emptied = room.emptied

        def look() -> None:
            if self.rooms.get(name) is room and not room.people and room.emptied == emptied:
                self.delete(name)

        self._later(seconds or 300, look)

    def delete(self, name: str) -> bool:
        room = self.rooms.pop(name, None)
        if room is None:
            return False
        for identity, who in list(room.people.items()):
            self._gone(name, identity)
            self._tell("participant_left", room.info, who)
        self._tell("room_finished", room.info, None)
        return True

    def named(self, names: list[str]) -> list[api.Room]:
        if names:
            return [self.rooms[name].told() for name in names if name in self.rooms]
        return [room.told() for room in self.rooms.values()]

    def join(self, name: str, identity: str, *, metadata: str = "", publishes: bool = False) -> None:
        """Somebody whose peer connection is up. Raises NoRoom."""
        room = self.rooms.get(name)
        if room is None:
            raise NoRoom(name)
        who = api.ParticipantInfo(
            sid=f"PA_{identity[-12:]}",
            identity=identity,
            state=api.ParticipantInfo.State.ACTIVE,
            metadata=metadata,
            is_publisher=publishes,
            tracks=[VIDEO] if publishes else [],
        )
        if room.people.pop(identity, None) is not None:
            self._gone(name, identity)  # the newer connection of one identity ends the older
        room.people[identity] = who
        self._tell("participant_joined", room.info, who)
        if publishes:
            self._tell("track_published", room.info, who)

    def leave(self, name: str, identity: str) -> bool:
        room = self.rooms.get(name)
        who = room.people.pop(identity, None) if room else None
        if room is None or who is None:
            return False
        self._gone(name, identity)
        self._tell("participant_left", room.info, who)
        if not room.people:
            room.emptied += 1
            self._expire(name, room, room.info.departure_timeout)
        return True

    def publish(self, token: str, now: float) -> tuple[str, str] | None:
        """WHIP with a publisher's token: (room, identity), or None where LiveKit says 401. `now`: epoch seconds."""
        said = jwt.decode(token, options={"verify_signature": False, "verify_exp": False})
        if said["exp"] + LEEWAY < now or not said["video"].get("canPublish"):
            return None
        name, identity = said["video"]["room"], said["sub"]
        if name not in self.rooms:
            self.make(_described(name, said.get("roomConfig", {})))
        self.join(name, identity, metadata=said.get("metadata", ""), publishes=True)
        return name, identity

    def viewers(self) -> int:
        return sum(not who.is_publisher for room in self.rooms.values() for who in room.people.values())

    def publishers(self) -> int:
        return sum(who.is_publisher for room in self.rooms.values() for who in room.people.values())


def _described(name: str, config: dict[str, Any]) -> api.CreateRoomRequest:
    return api.CreateRoomRequest(
        name=name,
        empty_timeout=config.get("emptyTimeout", 0),
        departure_timeout=config.get("departureTimeout", 0),
        max_participants=config.get("maxParticipants", 0),
        metadata=config.get("metadata", json.dumps({})),
    )
