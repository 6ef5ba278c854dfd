"""What is there, from every port, and what should be, from the rows: the reconciler's two lists."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from cameras.models import Camera
from streaming.lifecycle.hls_sessions import viewer_of
from streaming.media import names
from streaming.media.plane import plane
from streaming.media.ports import MediaError, Participant
from streaming.models import Reservation, Stream
from streaming.reconcile import Hls, Kind, Row, Thing, World
from streaming.states import OPEN, PLAYING, UNFINISHED, ReservationState

log = logging.getLogger(__name__)


def world_now() -> World:
    media = plane()
    listings: dict[Kind, Callable[[], Iterable[Thing]]] = {
        Kind.PUSHER: lambda: (Thing(Kind.PUSHER, p.camera_id, p.generation) for p in media.runner.list()),
        Kind.INGEST: lambda: (Thing(Kind.INGEST, i.camera_id, i.generation) for i in media.sfu.list_ingests()),
        Kind.ROOM: lambda: (Thing(Kind.ROOM, camera_id) for camera_id in media.sfu.list_rooms()),
        Kind.PATH: lambda: (Thing(Kind.PATH, camera_id) for camera_id in media.gateway.list_paths()),
    }
    things: set[Thing] = set()
    listed: set[Kind] = set()
    for kind, listing in listings.items():
        try:
            things |= set(listing())
            listed.add(kind)
        except MediaError as error:
            log.warning("reconcile: no list of %s: %s", kind, error.code)
    return replace(_with_participants(things, listed), hls=frozenset(_hls()))


def _hls() -> Iterator[Hls]:
    try:
        for session in plane().gateway.hls_sessions():
            yield Hls(session.session_id, session.camera_id, viewer_of(session))
    except MediaError as error:
        log.warning("reconcile: no list of HLS sessions: %s", error.code)


def _with_participants(things: set[Thing], listed: set[Kind]) -> World:
    people: dict[str, list[Participant]] = {}
    try:
        for thing in things:
            if thing.kind is Kind.ROOM:
                people[thing.camera_id] = plane().sfu.participants(thing.camera_id)
    except MediaError as error:
        log.warning("reconcile: no list of participants: %s", error.code)
        return World(frozenset(things), frozenset(listed - {Kind.ROOM}))
    # A publisher that has joined and does not send yet is nobody's viewer.
    viewers = {
        c: frozenset(p.identity for p in ps if not p.publishing) - {names.publisher(c)} for c, ps in people.items()
    }
    publishing = {c: next((p.generation for p in ps if p.publishing), None) for c, ps in people.items()}
    return World(frozenset(things), frozenset(listed), viewers, publishing)


def rows_now() -> list[Row]:
    viewers: dict[int, set[str]] = {}
    active = Reservation.objects.filter(state=ReservationState.ACTIVE).values_list("stream_id", "pk")
    for stream_pk, pk in active:
        viewers.setdefault(stream_pk, set()).add(names.viewer(str(pk)))
    streams = Stream.objects.select_related("camera__agency").filter(state__in=UNFINISHED)
    return [_row(stream, frozenset(viewers.get(stream.pk, ()))) for stream in streams]


def _row(stream: Stream, viewers: frozenset[str]) -> Row:
    camera = stream.camera
    return Row(
        stream=stream.pk,
        camera_id=camera.camera_id,
        generation=stream.generation,
        playing=stream.state in PLAYING,
        viewers=viewers,
        source_changed=stream.state in PLAYING and camera.source_revision != stream.source_revision,
        disabled=bool(why_unwatchable(camera)),
        ending=stream.state not in OPEN,
    )


def why_unwatchable(camera: Camera) -> str:
    """Why nobody may watch this camera now, as a code; empty where one may."""
    if camera.archived_at is not None:
        return "camera_archived"
    if not camera.configured:
        return "camera_not_configured"
    if not camera.agency.enabled:
        return "agency_disabled"
    return "" if camera.enabled else "camera_disabled"
