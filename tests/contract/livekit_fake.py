"""A fake of LiveKit's API and WHIP doors at the level of its protocol, for machines without the real one.

Twirp with livekit-protocol's messages, tokens judged as LiveKit judges them, rooms and ingresses in memory. Statuses
and bodies were captured from livekit-server 1.11.0 and livekit-ingress 1.5.0; the contract tests hold both to the same.
What it is not: no media goes through it, publishers and viewers are put in by `join`; it knows no several nodes.
"""

from __future__ import annotations

import http.client
import json
import secrets
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from google.protobuf.message import DecodeError, Message
from livekit import api

from tests.contract.real_servers import free_port

KEY = "contract"
ROOMS = {"CreateRoom": "roomCreate", "DeleteRoom": "roomCreate", "ListRooms": "roomList"}


class Refused(Exception):
    """A status with a body: a Twirp error, or a text."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = json.dumps({"code": code, "msg": message}) if code else message
        self.kind = "application/json" if code else "text/plain; charset=utf-8"


def gone(what: str) -> Refused:
    return Refused(404, "not_found", f"twirp error unknown: {what} does not exist")


class FakeLiveKit:
    """`settings` lead the adapter to it; its ports stay the same over `kill` and `start`."""

    def __init__(self) -> None:
        self.secret = secrets.token_hex(32)
        self.rooms: dict[str, api.Room] = {}
        self.people: dict[str, dict[str, api.ParticipantInfo]] = {}
        self.ingresses: dict[str, api.IngressInfo] = {}
        self.asked: list[str] = []
        self.answers: dict[str, Callable[[], Refused]] = {}  # what a method is to be refused with
        self._doors = {"twirp": free_port(), "ingress": free_port()}
        self._running: list[ThreadingHTTPServer] = []
        whole = f"http://127.0.0.1:{self._doors['twirp']}"
        self.settings: dict[str, Any] = {
            "LIVEKIT_API_URL": whole,
            "LIVEKIT_PUBLIC_URL": whole.replace("http", "ws"),
            "LIVEKIT_WHIP_URL": whole,
            "LIVEKIT_API_KEY": KEY,
            "LIVEKIT_API_SECRET": self.secret,
            "INGRESS_WHIP_BASE_URL": f"http://127.0.0.1:{self._doors['ingress']}",
        }

    def start(self) -> None:
        for name, port in self._doors.items() if not self._running else ():
            visit = type("Visit", (Visit,), {"fake": self, "door": name})
            server = ThreadingHTTPServer(("127.0.0.1", port), visit)
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
            self._running.append(server)

    def kill(self) -> None:
        """Its rooms and ingresses stay in Redis; nobody is connected any more."""
        for server in self._running:
            server.shutdown()
            server.server_close()
        self._running.clear()
        self.people.clear()

    def join(
        self, room: str, identity: str, *, generation: int | None = None, video: bool = False, **more: Any
    ) -> None:
        """Somebody whose peer connection is up."""
        said = {} if generation is None else {"instance": "contract", "generation": generation}
        who = api.ParticipantInfo(
            identity=identity, state=api.ParticipantInfo.State.ACTIVE, metadata=json.dumps(said) if said else "", **more
        )
        if video:
            who.tracks.append(api.TrackInfo(sid="TR_1", type=api.TrackType.VIDEO))
        self.people.setdefault(room, {})[identity] = who

    def answer(self, path: str, body: bytes, token: str) -> Message:
        """Raises Refused."""
        method = path.rpartition("/")[2]
        self.asked.append(method)
        grants = self.grants(token)
        if method in self.answers:
            raise self.answers[method]()
        handler = HANDLERS.get(path.removeprefix("/twirp/livekit."))
        if handler is None:
            raise Refused(404, "bad_route", f'no handler for path "{path}"')
        kind, act = handler
        try:
            request = kind.FromString(body)
        except DecodeError:
            raise Refused(400, "malformed", "the protobuf request could not be decoded") from None
        if not allowed(method, path, grants, getattr(request, "room", "")):
            raise Refused(401, "unauthenticated", "permissions denied")
        return act(self, request)

    def grants(self, token: str) -> dict[str, Any]:
        """Of a bearer; LiveKit refuses it in plain text before Twirp is reached."""
        if not token:
            raise Refused(401, "", "invalid authorization header. Must start with Bearer ")
        try:
            said = jwt.decode(token, options={"verify_signature": False})
        except jwt.InvalidTokenError:
            raise Refused(401, "", "invalid authorization token") from None
        if said.get("iss") != KEY:
            raise Refused(401, "", f"invalid API key: {said.get('iss')}")
        try:
            said = jwt.decode(token, self.secret, algorithms=["HS256"], leeway=60, options={"require": ["exp"]})
        except jwt.InvalidTokenError as error:
            raise Refused(401, "", f"invalid token: {token}, error: {error}") from None
        video = said.get("video", {})
        return video if isinstance(video, dict) else {}


def allowed(method: str, path: str, grants: dict[str, Any], room: str) -> bool:
    if "Ingress/" in path:
        return bool(grants.get("ingressAdmin"))
    if method in ROOMS:
        return bool(grants.get(ROOMS[method]))
    return bool(grants.get("roomAdmin")) and grants.get("room") == room


def create_room(fake: FakeLiveKit, asked: Any) -> Message:
    """One that is there is overwritten in part, as LiveKit does it in Redis."""
    room = fake.rooms.setdefault(asked.name, api.Room(sid=f"RM_{secrets.token_hex(6)}", name=asked.name))
    for name in ("empty_timeout", "departure_timeout", "max_participants", "metadata"):
        if value := getattr(asked, name):
            setattr(room, name, value)
    return room


def delete_room(fake: FakeLiveKit, asked: Any) -> Message:
    if fake.rooms.pop(asked.room, None) is None:
        raise Refused(404, "not_found", "twirp error unknown: requested room does not exist")
    fake.people.pop(asked.room, None)
    return api.DeleteRoomResponse()


def list_rooms(fake: FakeLiveKit, asked: Any) -> Message:
    found = [room for name, room in fake.rooms.items() if not asked.names or name in asked.names]
    return api.ListRoomsResponse(rooms=found)


def list_participants(fake: FakeLiveKit, asked: Any) -> Message:
    hosted(fake, asked.room)
    return api.ListParticipantsResponse(participants=fake.people.get(asked.room, {}).values())


def get_participant(fake: FakeLiveKit, asked: Any) -> Message:
    hosted(fake, asked.room)
    if found := fake.people.get(asked.room, {}).get(asked.identity):
        return found
    raise gone("participant")


def hosted(fake: FakeLiveKit, room: str) -> None:
    """Of a room that no server holds nobody tells anything; the real one waits 3 s before it says so."""
    if room not in fake.rooms:
        raise Refused(503, "unavailable", "twirp error unknown: no response from servers")


def remove_participant(fake: FakeLiveKit, asked: Any) -> Message:
    if fake.people.get(asked.room, {}).pop(asked.identity, None) is None:
        raise gone("participant")
    return api.RemoveParticipantResponse()


def create_ingress(fake: FakeLiveKit, asked: Any) -> Message:
    if not asked.participant_identity:
        raise Refused(400, "invalid_argument", "twirp error unknown: invalid ingress: no participant identity")
    made = api.IngressInfo(
        ingress_id=f"IN_{secrets.token_hex(6)}",
        stream_key=secrets.token_urlsafe(9),
        url="http://127.0.0.1:8080/w",
        reusable=True,
        state=api.IngressState(),
        **{name: getattr(asked, name) for name in ("name", "input_type", "room_name", "enable_transcoding")},
        participant_identity=asked.participant_identity,
        participant_metadata=asked.participant_metadata,
        video=asked.video,
    )
    fake.ingresses[made.ingress_id] = made
    return made


def list_ingress(fake: FakeLiveKit, asked: Any) -> Message:
    found = [info for info in fake.ingresses.values() if asked.room_name in ("", info.room_name)]
    return api.ListIngressResponse(items=found)


def delete_ingress(fake: FakeLiveKit, asked: Any) -> Message:
    if (info := fake.ingresses.pop(asked.ingress_id, None)) is None:
        raise gone("ingress")
    return info


HANDLERS: dict[str, tuple[type[Message], Callable[[FakeLiveKit, Any], Message]]] = {
    "RoomService/CreateRoom": (api.CreateRoomRequest, create_room),
    "RoomService/DeleteRoom": (api.DeleteRoomRequest, delete_room),
    "RoomService/ListRooms": (api.ListRoomsRequest, list_rooms),
    "RoomService/ListParticipants": (api.ListParticipantsRequest, list_participants),
    "RoomService/GetParticipant": (api.RoomParticipantIdentity, get_participant),
    "RoomService/RemoveParticipant": (api.RoomParticipantIdentity, remove_participant),
    "Ingress/CreateIngress": (api.CreateIngressRequest, create_ingress),
    "Ingress/ListIngress": (api.ListIngressRequest, list_ingress),
    "Ingress/DeleteIngress": (api.DeleteIngressRequest, delete_ingress),
}


class Visit(BaseHTTPRequestHandler):
    fake: FakeLiveKit
    door: str
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None: ...

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer").strip()
        try:
            if self.door == "ingress":
                self.ingress(token)
            elif self.path == "/whip/v1":
                self.whip(token, body)
            message = self.fake.answer(self.path, body, token)
        except Refused as refused:
            self._send(refused.status, refused.body.encode(), refused.kind)
        else:
            self._send(200, message.SerializeToString(), "application/protobuf")

    def ingress(self, key: str) -> None:
        """No SDP is good enough for a fake."""
        if key not in {info.stream_key for info in self.fake.ingresses.values()}:
            raise Refused(404, "", "ingress does not exist")
        raise Refused(http.client.INTERNAL_SERVER_ERROR, "", "")

    def whip(self, token: str, sdp: bytes) -> None:
        grants = self.fake.grants(token)
        if not grants.get("roomJoin") or not grants.get("canPublish"):
            raise Refused(401, "", '{"error":"no permissions to access the room"}')
        if sdp == b"v=0\r\n":
            raise Refused(503, "", '{"error":"SetRemoteDescription called with no ice-ufrag"}')
        raise Refused(400, "", '{"error":"malformed SDP offer: failed to unmarshal SDP"}')

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
