"""The fake's calls: LiveKit's Twirp, MediaMTX' /v3, and /load, by which the load brings about what no API does."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from google.protobuf.message import Message
from livekit import api

from bench.load.paths import Paths, Refused
from bench.load.rooms import Later, NoRoom, Rooms
from bench.load.webhooks import Tell
from tests.contract import mediamtx_bodies as bodies

Json = dict[str, Any]
Answer = tuple[int, str, bytes]
JSON, PROTOBUF = "application/json", "application/protobuf"


class World:
    """Both servers. `asked`: how often each call came."""

    def __init__(self, later: Later, clock: Callable[[], float] = time.time, tell: Tell | None = None) -> None:
        self.rooms = Rooms(later, self._left, tell)
        self.paths = Paths(self.rooms, later, clock)
        self.asked: dict[str, int] = {}
        self.homeless = 0  # viewers whose room was not there
        self.webhooks: Mapping[int, int] = {}  # answers by status

    def _left(self, room: str, identity: str) -> None:
        self.paths.left(room, identity)

    def answer(self, method: str, target: str, body: bytes) -> Answer:
        url = urlsplit(target)
        if url.path.startswith("/twirp/livekit."):
            return self._twirp(url.path.removeprefix("/twirp/livekit."), body)
        try:
            said = self._v3(method, url.path, url.query, body) if url.path.startswith("/v3/") else self._load(url, body)
        except Refused as no:
            return no.status, JSON, json.dumps({"status": "error", "error": no.text}).encode()
        return 200, JSON, said

    def _count(self, call: str) -> None:
        self.asked[call] = self.asked.get(call, 0) + 1

    def _twirp(self, call: str, body: bytes) -> Answer:
        self._count(call)
        if call not in TWIRP:
            return _twirp_error(404, "bad_route", f"no handler for path {call}")
        kind, act = TWIRP[call]
        try:
            return 200, PROTOBUF, act(self.rooms, kind.FromString(body)).SerializeToString()
        except Refused as no:
            return _twirp_error(no.status, "not_found" if no.status == 404 else "unavailable", no.text)

    def _v3(self, method: str, path: str, query: str, body: bytes) -> bytes:
        call, _, last = path.removeprefix("/v3").rpartition("/")
        self._count(f"{method} {call}")
        if method == "GET":
            return self._told(call, unquote(last), {name: said[0] for name, said in parse_qs(query).items()})
        self._change(f"{method} {call}", unquote(last), body)
        return b'{"status":"ok"}'

    def _told(self, call: str, name: str, query: dict[str, str]) -> bytes:
        match call:
            case "/config/paths/get":
                return self.paths.path(name, bodies.NO_CONFIGURATION).text.encode()
            case "/config/paths":
                return _page([path.text for _, path in sorted(self.paths.paths.items())], query)
            case "/paths/get":
                return json.dumps(self.paths.status(name)).encode()
            case "/paths":
                return _page([json.dumps(self.paths.status(name)) for name in sorted(self.paths.paths)], query)
            case "/paths/forward":
                return _page([json.dumps(item) for item in self.paths.forwards(query["path"])], query)
            case "/hlssessions":
                return _page([], query)
        raise Refused(500, f"no such call in this fake: {call}")

    def _change(self, call: str, name: str, body: bytes) -> None:
        match call:
            case "POST /config/paths/add":
                return self.paths.add(name, json.loads(body))
            case "PATCH /config/paths/patch":
                return self.paths.write(name, json.loads(body))
            case "DELETE /config/paths/delete":
                return self.paths.delete(name)
        raise Refused(500, f"no such call in this fake: {call}")

    def _load(self, url: Any, body: bytes) -> bytes:
        """POST /load/viewers, /load/drop-path, /load/kill-publisher; GET /load/world."""
        asked = json.loads(body) if body else {}
        match url.path:
            case "/load/viewers":
                self._viewers(asked)
            case "/load/drop-path":
                with suppress(Refused):
                    self.paths.delete(asked["path"])
            case "/load/kill-publisher":
                self.rooms.leave(asked["room"], asked["identity"])
            case "/load/world":
                return json.dumps(self.counts()).encode()
            case _:
                raise Refused(404, "no such call")
        return b"{}"

    def _viewers(self, asked: Json) -> None:
        for room, identity in asked["leave"]:
            self.rooms.leave(room, identity)
        for room, identity in asked["join"]:
            try:
                self.rooms.join(room, identity)
            except NoRoom:
                self.homeless += 1

    def counts(self) -> Json:
        return {
            "rooms": len(self.rooms.rooms),
            "publishers": self.rooms.publishers(),
            "viewers": self.rooms.viewers(),
            "paths": len(self.paths.paths),
            "forwards": sum(bool(path.conf["forward"]) for path in self.paths.paths.values()),
            "ejected": len(self.rooms.removed),
            "homeless": self.homeless,
            "asked": self.asked,
            "webhooks": dict(self.webhooks),
        }


def _page(items: list[str], query: dict[str, str]) -> bytes:
    size, page = int(query.get("itemsPerPage", 100)), int(query.get("page", 0))
    shown = ",".join(items[page * size : (page + 1) * size])
    head = f'{{"itemCount":{len(items)},"pageCount":{-(-len(items) // size)},"items":['
    return f"{head}{shown}]}}".encode()


def _twirp_error(status: int, code: str, text: str) -> Answer:
    return status, JSON, json.dumps({"code": code, "msg": text}).encode()


def _delete_room(rooms: Rooms, asked: Any) -> Message:
    if not rooms.delete(asked.room):
        raise Refused(404, "requested room does not exist")
    return api.DeleteRoomResponse()


def _list_participants(rooms: Rooms, asked: Any) -> Message:
    return api.ListParticipantsResponse(participants=_people(rooms, asked.room).values())


def _get_participant(rooms: Rooms, asked: Any) -> Message:
    if found := _people(rooms, asked.room).get(asked.identity):
        return found
    raise Refused(404, "participant does not exist")


def _remove_participant(rooms: Rooms, asked: Any) -> Message:
    if not rooms.leave(asked.room, asked.identity):
        raise Refused(404, "participant does not exist")
    rooms.removed.append(asked.identity)
    return api.RemoveParticipantResponse()


def _people(rooms: Rooms, name: str) -> dict[str, api.ParticipantInfo]:
    """Of a room that no server holds nobody tells anything."""
    if name not in rooms.rooms:
        raise Refused(503, "no response from servers")
    return rooms.rooms[name].people


TWIRP: dict[str, tuple[type[Message], Callable[[Rooms, Any], Message]]] = {
    "RoomService/CreateRoom": (api.CreateRoomRequest, lambda rooms, asked: rooms.make(asked)),
    "RoomService/DeleteRoom": (api.DeleteRoomRequest, _delete_room),
    "RoomService/ListRooms": (
        api.ListRoomsRequest,
        lambda rooms, asked: api.ListRoomsResponse(rooms=rooms.named(list(asked.names))),
    ),
    "RoomService/ListParticipants": (api.ListParticipantsRequest, _list_participants),
    "RoomService/GetParticipant": (api.RoomParticipantIdentity, _get_participant),
    "RoomService/RemoveParticipant": (api.RoomParticipantIdentity, _remove_participant),
}
