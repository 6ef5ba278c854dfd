"""SDP in and out of Janus: a pusher publishes by WHIP, a viewer takes an offer and gives an answer.

Each operation first claims its place in a row under a session id it chose, then talks to Janus, then asks whether the
claim still stands. So whoever comes later, or revokes, wins, and no crash leaves a session that no row explains.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

from django.db import connection

from cctv import clock
from streaming.media import janus_client, janus_keys, janus_rooms, janus_rows, janus_tracks, names
from streaming.media.janus_client import Handle, JanusHttp, JanusRefused, Json
from streaming.media.janus_rows import Place
from streaming.media.ports import MediaError, ViewerOffer
from streaming.models import JanusIngest

LARGEST_SDP = 64 * 1024  # bytes; Chromium's longest answers are a tenth of it
ID_RELEASE_PAUSE = 0.02  # seconds between two tries to take an identity that was just given up
# Whatever the SPS says, Chromium decodes baseline to high when told the constrained baseline it always knows.
PROFILE = (re.compile(r"profile-level-id=[0-9a-fA-F]{6}"), "profile-level-id=42e01f")


class JanusSignalling:
    """Implements `streaming.media.ports.Signalling`."""

    def whip_publish(self, camera_id: str, key: str, sdp: str) -> tuple[str, str]:
        """(resource id, SDP answer with all candidates). An earlier publisher of the camera is replaced.

        MediaError: "whip_unauthorised" (permanent: unknown key, or one of an older or ended generation), "bad_sdp"
        (permanent: not an offer, or no H.264 in it), "room_gone" (the room is to be made again), "superseded" (another
        session or generation took over meanwhile), "sfu_unreachable", "sfu_refused".
        """
        row = janus_rows.ingest_by_key(camera_id, key)
        _plausible(sdp)
        session_id = janus_keys.session_id(clock.now())
        before = janus_rows.publisher_sessions(camera_id, up_to=row.generation)
        janus_rows.publisher_claim(row, session_id)
        with _talk() as api, _rolled_back(api, session_id):
            _destroy_all(api, before)
            handle = janus_client.open_handle(api, session_id, janus_keys.room_label(camera_id))
            _join_as_publisher(api, handle, camera_id, row)
            answer = _publish(handle, sdp)
            if not janus_rows.publisher_keep(row, Place(session_id, handle.handle_id)):
                raise MediaError("superseded")
        return janus_keys.resource(session_id), answer

    def whip_delete(self, camera_id: str, key: str, resource: str) -> None:
        """Ends the publisher's session if it still is this one; MediaError("whip_unauthorised") as above."""
        row = janus_rows.ingest_by_key(camera_id, key)
        if row.session_id is None or janus_keys.resource(row.session_id) != resource:
            return
        with _talk() as api:
            janus_client.destroy_session(api, row.session_id)
        janus_rows.publisher_forget([row.session_id])

    def viewer_offer(self, camera_id: str, reservation_id: str) -> ViewerOffer:
        """A fresh offer of all tracks, with all candidates; only the layers that the lease wants will flow.

        MediaError: "stream_not_live", "superseded", "sfu_unreachable".
        """
        session_id = janus_keys.session_id(clock.now())
        before = janus_rows.peer_claim(camera_id, reservation_id, session_id, now=clock.now())
        with _talk() as api, _rolled_back(api, session_id):
            _destroy_all(api, [before] if before else [])
            handle = janus_client.open_handle(api, session_id, janus_keys.room_label(camera_id))
            streams, offer = _subscribe(handle, camera_id)
            if not janus_rows.peer_keep(reservation_id, Place(session_id, handle.handle_id)):
                raise MediaError("superseded")
            # Read when the row says where the viewer is: whoever changes the layers later finds it there.
            choose(handle, streams, janus_rows.layers_wanted(reservation_id))
        sdp = janus_tracks.apart(PROFILE[0].sub(PROFILE[1], offer))
        return ViewerOffer(sdp=sdp, tracks=janus_tracks.names(streams))

    def viewer_answer(self, camera_id: str, reservation_id: str, sdp: str) -> None:
        """MediaError: "bad_sdp" (permanent), "peer_gone" (ask for a new offer), "sfu_unreachable"."""
        place = janus_rows.peer_place(camera_id, reservation_id)
        if place is None or place.handle_id is None:
            raise MediaError("peer_gone")
        _plausible(sdp)
        with _talk() as api:
            _start(Handle(api, place.session_id, place.handle_id), sdp)


@contextmanager
def _talk() -> Iterator[JanusHttp]:
    """Our database connection goes back to its pool meanwhile: a Janus that hangs must not hold all there are."""
    if not connection.in_atomic_block:
        connection.close()
    with janus_rooms.api(janus_rooms.deadline()) as api:
        yield api


@contextmanager
def _rolled_back(api: JanusHttp, session_id: int) -> Iterator[None]:
    """A failed operation leaves neither its claim nor its session; what can't be destroyed now, the sweep will."""
    try:
        yield
    except BaseException as error:
        janus_rows.publisher_forget([session_id])
        janus_rows.peers_forget([session_id])
        with suppress(MediaError):
            janus_client.destroy_session(api, session_id)
        if isinstance(error, JanusRefused) and error.number in janus_rooms.GONE:
            raise MediaError("superseded") from error  # whoever claimed later has ended our session under our hands
        raise


def _destroy_all(api: JanusHttp, session_ids: list[int]) -> None:
    for session_id in session_ids:
        janus_client.destroy_session(api, session_id)


def _plausible(sdp: str) -> None:
    if not sdp.startswith("v=0") or len(sdp) > LARGEST_SDP or "\nm=video " not in sdp:
        raise MediaError("bad_sdp", permanent=True)


def _jsep(kind: str, sdp: str) -> dict[str, object]:
    return {"type": kind, "sdp": sdp, "trickle": False}


def _join_as_publisher(api: JanusHttp, handle: Handle, camera_id: str, row: JanusIngest) -> None:
    """Takes the camera's publisher identity, from a session no row knows of if need be."""
    body = {
        "request": "join",
        "ptype": "publisher",
        "room": names.room(camera_id),
        "pin": janus_keys.room_pin(camera_id),
        "id": names.publisher(camera_id),
        "display": str(row.generation),
    }
    while True:
        try:
            handle.message(body)
            return
        except JanusRefused as error:
            if error.number == janus_client.NO_SUCH_ROOM:
                raise MediaError("room_gone") from error
            if error.number not in (janus_client.ID_EXISTS, janus_client.PUBLISHERS_FULL):
                raise
        api.remaining()
        # Of two that publish at once, the one that claimed later may take the identity, never the other.
        if not janus_rows.publisher_holds(row, handle.session_id):
            raise MediaError("superseded")
        janus_rooms.kick(handle, camera_id)
        time.sleep(ID_RELEASE_PAUSE)


def _publish(handle: Handle, sdp: str) -> str:
    try:
        request = {"request": "publish", "descriptions": janus_tracks.descriptions(sdp)}
        _, answer = handle.message(request, _jsep("offer", sdp))
    except JanusRefused as error:
        raise _as_bad_sdp(error) from error
    if not answer or re.search(r"^m=video 0 ", answer, re.MULTILINE):
        raise MediaError("bad_sdp", permanent=True, reason="no H.264")
    return answer


def _subscribe(handle: Handle, camera_id: str) -> tuple[list[Json], str]:
    """The tracks of the subscription, as Janus tells them, and its offer."""
    body = {
        "request": "join",
        "ptype": "subscriber",
        "room": names.room(camera_id),
        "pin": janus_keys.room_pin(camera_id),
        "streams": [{"feed": names.publisher(camera_id)}],
    }
    try:
        said, offer = handle.message(body)
    except JanusRefused as error:
        if error.number in (janus_client.NO_SUCH_ROOM, janus_client.NO_SUCH_FEED):
            raise MediaError("stream_not_live") from error
        raise
    if not offer:
        raise MediaError("stream_not_live")
    return list(said.get("streams") or []), offer


def choose(handle: Handle, streams: list[Json], layers: Collection[str]) -> None:
    """Lets only these layers flow, with no new offer."""
    if changes := janus_tracks.changes(streams, layers):
        handle.tell({"request": "configure", "streams": changes})


def _start(handle: Handle, sdp: str) -> None:
    try:
        handle.message({"request": "start"}, _jsep("answer", sdp))
    except JanusRefused as error:
        if error.number in janus_rooms.GONE:
            raise MediaError("peer_gone") from error
        raise _as_bad_sdp(error) from error


def _as_bad_sdp(error: JanusRefused) -> MediaError:
    if error.number in janus_client.BAD_JSEP or error.number == janus_client.BAD_SDP:
        return MediaError("bad_sdp", permanent=True, reason=error.params["reason"])
    return error
