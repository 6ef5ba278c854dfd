"""Rooms of the VideoRoom plugin and the state of single handles, as Janus tells them. No rows here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from cctv import clock
from streaming.media import janus_client, janus_keys, names
from streaming.media.janus_client import Handle, JanusHttp, JanusRefused, Json
from streaming.media.ports import MediaError

# A publisher without a packet for this long has no media. Janus zeroes its counter of the last
# second two seconds after the last packet (janus-gateway src/ice.c), and fills it one second after the first.
QUIET_SECONDS = 2.0
GONE = (janus_client.SESSION_GONE, janus_client.HANDLE_GONE)


def deadline() -> float:
    """Of time.monotonic(), for one operation of a port."""
    return time.monotonic() + settings.MEDIA_CALL_TIMEOUT


def api(until: float) -> JanusHttp:
    return JanusHttp(settings.JANUS_URL, {"apisecret": settings.JANUS_API_SECRET}, until)


def admin(until: float) -> JanusHttp:
    return JanusHttp(settings.JANUS_ADMIN_URL, {"admin_secret": settings.JANUS_ADMIN_SECRET}, until)


@contextmanager
def control(http_api: JanusHttp, label: str = "control") -> Iterator[Handle]:
    """A handle of a session of its own for room requests, destroyed at the end."""
    session_id = janus_keys.session_id(clock.now())
    try:
        yield janus_client.open_handle(http_api, session_id, janus_keys.room_label(label))
    finally:
        janus_client.destroy_session(http_api, session_id)


def make(handle: Handle, camera_id: str) -> None:
    """The camera's room, made unless it is there. MediaError("name_taken") where somebody else holds the name."""
    try:
        handle.request(
            request="create",
            room=names.room(camera_id),
            admin_key=settings.JANUS_ADMIN_SECRET,
            description=janus_keys.room_label(camera_id),
            secret=janus_keys.room_secret(camera_id),
            pin=janus_keys.room_pin(camera_id),
            is_private=True,
            publishers=1,
            videocodec="h264",
            audiocodec="opus,pcma,pcmu",
            bitrate=0,
            notify_joining=False,
            require_pvtid=False,
        )
    except JanusRefused as error:
        if error.number != janus_client.ROOM_EXISTS:
            raise
        if names.room(camera_id) not in {names.room(camera) for camera in ours(handle)}:
            raise MediaError("name_taken", room=names.room(camera_id)) from error


def ours(handle: Handle) -> list[str]:
    """camera_ids of the rooms that carry our INSTANCE_ID."""
    rooms = handle.request(request="list", admin_key=settings.JANUS_ADMIN_SECRET)["list"]
    found = [(janus_keys.camera_of(str(room.get("description", ""))), room["room"]) for room in rooms]
    return sorted(camera for camera, room in found if camera is not None and names.room(camera) == room)


def destroy(handle: Handle, camera_id: str) -> None:
    """Gone already, or never ours (its secret is another): nothing to do."""
    room = names.room(camera_id)
    try:
        handle.request(request="destroy", room=room, secret=janus_keys.room_secret(camera_id))
    except JanusRefused as error:
        if error.number not in (janus_client.NO_SUCH_ROOM, janus_client.ROOM_NOT_OURS):
            raise


def publisher_generation(handle: Handle, camera_id: str) -> int | None:
    """Generation of whoever holds the publisher's identity in the room; None: nobody, or no room."""
    try:
        listed = handle.request(request="listparticipants", room=names.room(camera_id))["participants"]
    except JanusRefused as error:
        if error.number != janus_client.NO_SUCH_ROOM:
            raise
        return None
    shown = [entry.get("display", "") for entry in listed if entry.get("id") == names.publisher(camera_id)]
    return int(shown[0]) if shown and str(shown[0]).isdigit() else (0 if shown else None)


def kick(handle: Handle, camera_id: str) -> None:
    """Takes the publisher's identity from whoever holds it."""
    room, secret = names.room(camera_id), janus_keys.room_secret(camera_id)
    try:
        handle.request(request="kick", room=room, secret=secret, id=names.publisher(camera_id))
    except JanusRefused as error:
        if error.number not in (janus_client.NO_SUCH_ROOM, janus_client.NO_SUCH_FEED):
            raise


@dataclass(frozen=True, slots=True)
class HandleState:
    """One handle as the admin API shows it. `connected`: DTLS is up; `flowing`: video packets are coming in."""

    room: str
    connected: bool
    flowing: bool
    opaque_id: str


def state(admin_api: JanusHttp, session_id: int, handle_id: int) -> HandleState | None:
    """None when the session or the handle is gone."""
    info = _info(admin_api, session_id, handle_id)
    if info is None:
        return None
    return HandleState(
        room=str(info.get("plugin_specific", {}).get("room", "")),
        connected=_connected(info),
        flowing=_connected(info) and _flowing(info),
        opaque_id=str(info.get("opaque_id", "")),
    )


def subscription(admin_api: JanusHttp, session_id: int, handle_id: int) -> list[Json]:
    """The tracks a viewer's handle subscribes to, with `send` as it is now; none where it is gone."""
    info = _info(admin_api, session_id, handle_id) or {}
    return list((info.get("plugin_specific") or {}).get("streams") or [])


def _info(admin_api: JanusHttp, session_id: int, handle_id: int) -> Json | None:
    try:
        answer = admin_api.post(f"/{session_id}/{handle_id}", {"janus": "handle_info"})
    except JanusRefused as error:
        if error.number not in GONE:
            raise
        return None
    info = answer["info"]
    return info if isinstance(info, dict) else None


def _connected(info: Json) -> bool:
    webrtc = info.get("webrtc") or {}
    ice, dtls = webrtc.get("ice") or {}, webrtc.get("dtls") or {}
    return bool(info["flags"]["ready"]) and dtls.get("dtls-state") == "connected" and ice.get("state") in ICE_UP


ICE_UP = ("connected", "ready")


def _flowing(info: Json) -> bool:
    webrtc = info["webrtc"]
    young = (info["current_time"] - webrtc["dtls"].get("connected", 0)) / 1e6 < QUIET_SECONDS
    incoming = [m["stats"]["in"] for m in webrtc.get("media", {}).values() if m.get("type") == "video"]
    return any(video["packets"] > 0 and (video["bytes_lastsec"] > 0 or young) for video in incoming)
