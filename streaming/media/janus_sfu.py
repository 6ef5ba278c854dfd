"""Janus' VideoRoom as the SFU of the embedded plane; the offers and answers are in janus_signalling.

Janus forgets everything when it restarts, and that is a normal answer here: its rooms are made again by `ensure_room`,
its sessions are "gone". Our rows only say which key may publish and which session belongs to whom.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal

from django.conf import settings

from cctv import clock
from streaming.media import janus_client, janus_keys, janus_rooms, janus_rows, names
from streaming.media.janus_client import Handle, JanusHttp, JanusRefused
from streaming.media.janus_rows import Place
from streaming.media.janus_signalling import JanusSignalling, choose
from streaming.media.ports import Ingest, Participant, Secret, ViewerAccess

ORPHAN_AFTER = 2  # times MEDIA_CALL_TIMEOUT: no operation lasts that long, so nobody is still setting it up
EMPTY_AT_MOST = timedelta(days=1)


class JanusSfu(JanusSignalling):
    """Implements `streaming.media.ports.Sfu` and, by inheritance, `Signalling`."""

    kind: Literal["livekit", "janus"] = "janus"

    def ensure_room(self, camera_id: str) -> None:
        with janus_rooms.api(janus_rooms.deadline()) as api, janus_rooms.control(api) as handle:
            janus_rooms.make(handle, camera_id)

    def create_ingest(self, camera_id: str, generation: int) -> Ingest:
        """The room and the ingest. MediaError("superseded") for a generation that is older or already ended."""
        key = janus_keys.ingest_key(camera_id, generation)
        janus_rows.ingest_open(camera_id, generation, key=key, now=clock.now())
        self.ensure_room(camera_id)
        return _ingest(camera_id, generation, key)

    def delete_ingests(self, camera_id: str, *, up_to: int) -> None:
        """Their keys are refused at once, even where Janus can't be reached and this raises."""
        janus_rows.ingests_revoke(camera_id, up_to=up_to, now=clock.now())
        with janus_rooms.api(janus_rooms.deadline()) as api:
            _end_publishers(api, camera_id, up_to=up_to)
            with janus_rooms.control(api) as handle:
                there = janus_rooms.publisher_generation(handle, camera_id)
                if there is not None and there <= up_to:
                    janus_rooms.kick(handle, camera_id)

    def delete_room(self, camera_id: str) -> None:
        with janus_rooms.api(janus_rooms.deadline()) as api:
            _end_peers(api, [place for _, place in janus_rows.peers(camera_id)])
            _end_publishers(api, camera_id)
            with janus_rooms.control(api) as handle:
                janus_rooms.destroy(handle, camera_id)

    def publisher(self, camera_id: str) -> Participant | None:
        """Until two to three seconds after its last video packet."""
        with janus_rooms.admin(janus_rooms.deadline()) as admin:
            return _publisher(admin, camera_id)

    def viewer_access(self, camera_id: str, reservation_id: str) -> ViewerAccess:
        """Nothing to hand out: a viewer joins through our own offer and answer."""
        return ViewerAccess(url=None, token=None)

    def participants(self, camera_id: str) -> list[Participant]:
        """The publisher while its connection is up, media or not, and the viewers whose is.

        A viewer that vanished without a word stays for 47 s (deploy/janus/templates/janus.jcfg).
        """
        with janus_rooms.admin(janus_rooms.deadline()) as admin:
            found = _publisher(admin, camera_id, silent_too=True)
            viewers = [
                Participant(names.room(camera_id), names.viewer(reservation), publishing=False)
                for reservation, place in janus_rows.peers(camera_id)
                if _watching(admin, camera_id, place)
            ]
        return [found, *viewers] if found else viewers

    def people(self) -> dict[str, list[Participant]]:
        return {camera_id: self.participants(camera_id) for camera_id in self.list_rooms()}

    def remove_participant(self, camera_id: str, identity: str) -> None:
        """A viewer, or the publisher; its key stays good. It is gone when this returns."""
        peers = [place for viewer, place in janus_rows.peers(camera_id) if names.viewer(viewer) == identity]
        with janus_rooms.api(janus_rooms.deadline()) as api:
            _end_peers(api, peers)
            if identity == names.publisher(camera_id):
                _end_publishers(api, camera_id)

    def set_viewer_layers(self, camera_id: str, reservation_id: str, layers: frozenset[str]) -> None:
        """Lets only these layers flow to a viewer; nothing to do where it is gone. MediaError("sfu_unreachable")."""
        place = janus_rows.peer_place(camera_id, reservation_id)
        if place is None or place.handle_id is None:
            return
        until = janus_rooms.deadline()
        with janus_rooms.admin(until) as admin, janus_rooms.api(until) as api:
            streams = janus_rooms.subscription(admin, place.session_id, place.handle_id)
            try:
                choose(Handle(api, place.session_id, place.handle_id), streams, layers)
            except JanusRefused as error:
                if error.number not in janus_rooms.GONE:
                    raise

    def list_rooms(self) -> list[str]:
        with janus_rooms.api(janus_rooms.deadline()) as api, janus_rooms.control(api) as handle:
            return janus_rooms.ours(handle)

    def list_ingests(self, people: Mapping[str, Sequence[Participant]] | None = None) -> list[Ingest]:
        """From rows: Janus itself has no ingest, only publishers."""
        return [_ingest(camera_id, generation, "") for camera_id, generation in janus_rows.ingests_open()]

    def orphans(self) -> list[int]:
        """Sessions of ours in Janus that belong to no open ingest and to no ACTIVE reservation."""
        with janus_rooms.admin(janus_rooms.deadline()) as admin:
            listed = admin.post("", {"janus": "list_sessions"})["sessions"]
            # Read after the listing: a claim is in its row before the session is in Janus.
            unwanted = sorted(set(listed) - janus_rows.sessions_wanted())
            return [session for session in unwanted if _ours_and_left(admin, session)]

    def sweep(self) -> int:
        """Destroys the orphans and drops rows that nothing needs any more; how many sessions were ended."""
        orphans = self.orphans()
        with janus_rooms.api(janus_rooms.deadline()) as api:
            for session in orphans:
                janus_client.destroy_session(api, session)
        janus_rows.publisher_forget(orphans)
        janus_rows.peers_forget(orphans)
        janus_rows.ingests_prune()
        return len(orphans)


def _ingest(camera_id: str, generation: int, key: str) -> Ingest:
    url = f"{settings.INTERNAL_BASE_URL}/whip/{names.room(camera_id)}"
    return Ingest(camera_id, generation, janus_keys.ingest_id(camera_id, generation), url, Secret(key))


def _publisher(admin: JanusHttp, camera_id: str, *, silent_too: bool = False) -> Participant | None:
    found = janus_rows.publisher_place(camera_id)
    if found is None:
        return None
    session_id, handle_id, generation = found
    state = janus_rooms.state(admin, session_id, handle_id)
    if state is None or state.room != names.room(camera_id):
        return None
    there = state.connected if silent_too else state.flowing
    return Participant(state.room, names.publisher(camera_id), state.flowing, generation) if there else None


def _watching(admin: JanusHttp, camera_id: str, place: Place) -> bool:
    if place.handle_id is None:
        return False
    state = janus_rooms.state(admin, place.session_id, place.handle_id)
    return state is not None and state.room == names.room(camera_id) and state.connected


def _end_publishers(api: JanusHttp, camera_id: str, *, up_to: int | None = None) -> None:
    sessions = janus_rows.publisher_sessions(camera_id, up_to=up_to)
    for session in sessions:
        janus_client.destroy_session(api, session)
    janus_rows.publisher_forget(sessions)


def _end_peers(api: JanusHttp, places: list[Place]) -> None:
    for place in places:
        janus_client.destroy_session(api, place.session_id)
        janus_rows.peers_forget([place.session_id])


def _ours_and_left(admin: JanusHttp, session: int) -> bool:
    """Ours by the label of its handle; one without a handle by an id that tells a time within the last day."""
    age = clock.now() - janus_keys.made_at(session)
    if age < timedelta(seconds=ORPHAN_AFTER * settings.MEDIA_CALL_TIMEOUT):
        return False
    try:
        handles = admin.post(f"/{session}", {"janus": "list_handles"})["handles"]
    except JanusRefused as error:
        if error.number != janus_client.SESSION_GONE:
            raise
        return False
    states = [janus_rooms.state(admin, session, handle) for handle in handles]
    labels = [janus_keys.camera_of(state.opaque_id) for state in states if state]
    return any(labels) if handles else age < EMPTY_AT_MOST
