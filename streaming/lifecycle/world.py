"""What is there, from every port, and what should be, from the rows: the reconciler's two lists."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from cameras.models import Camera
from streaming.lifecycle.hls_sessions import viewer_of
from streaming.lifecycle.layering import unfed
from streaming.media import names
from streaming.media.plane import plane
from streaming.media.ports import MediaError, Participant, PusherStatus
from streaming.models import Reservation, Stream
from streaming.reconcile import Hls, Kind, Row, Thing, World
from streaming.states import OPEN, PLAYING, UNFINISHED, ReservationState

log = logging.getLogger(__name__)
GENERATIONS = frozenset({Kind.PUSHER, Kind.INGEST})  # kinds of which each generation has one
# What a row is made of: the whole of hundreds of cameras would be read for a few words of each.
COLUMNS = (
    "state", "generation", "source_revision", "layers", "silent_since", "camera__camera_id", "camera__source_revision",
    "camera__archived_at", "camera__main_url", "camera__sub_url", "camera__enabled", "camera__agency__enabled",
)  # fmt: skip


def world_now() -> World:
    media = plane()
    people: dict[str, list[Participant]] = {}
    listed: set[Kind] = set()
    with _unless_it_fails(Kind.ROOM):
        people = media.sfu.people()
        listed.add(Kind.ROOM)
    known = people if Kind.ROOM in listed else None
    running: set[Thing] = set()
    listings: dict[Kind, Callable[[], Iterable[Thing]]] = {
        Kind.PUSHER: lambda: _pushers(media.runner.list(), running),
        Kind.INGEST: lambda: (Thing(Kind.INGEST, i.camera_id, i.generation) for i in media.sfu.list_ingests(known)),
        Kind.PATH: lambda: (Thing(Kind.PATH, camera_id) for camera_id in media.gateway.list_paths()),
    }
    counts = Counter(Thing(Kind.ROOM, camera_id) for camera_id in people)
    for kind, listing in listings.items():
        with _unless_it_fails(kind):
            counts.update(list(listing()))
            listed.add(kind)
    return _with_people(_counted(counts, running, frozenset(listed)), people)


def _pushers(found: Iterable[PusherStatus], running: set[Thing]) -> Iterator[Thing]:
    """`running` grows by those that do."""
    for pusher in found:
        thing = Thing(Kind.PUSHER, pusher.camera_id, pusher.generation)
        if pusher.running:
            running.add(thing)
        yield thing


def _counted(counts: Counter[Thing], running: set[Thing], listed: frozenset[Kind]) -> World:
    """With those who play HLS."""
    hls: frozenset[Hls] | None = None
    with _unless_it_fails("HLS sessions"):
        hls = frozenset(_hls())
    pushers = {thing for thing in counts if thing.kind is Kind.PUSHER}
    return World(
        frozenset(counts),
        listed,
        hls=hls or frozenset(),
        hls_listed=hls is not None,
        twice=frozenset(thing for thing, count in counts.items() if count > 1 and thing.kind in GENERATIONS),
        ended=frozenset(pushers - running),
    )


@contextmanager
def _unless_it_fails(kind: str) -> Iterator[None]:
    try:
        yield
    except MediaError as error:
        log.warning("reconcile: no list of %s: %s", kind, error.code)


def _hls() -> Iterator[Hls]:
    for session in plane().gateway.hls_sessions():
        yield Hls(session.session_id, session.camera_id, viewer_of(session))


def _with_people(world: World, people: dict[str, list[Participant]]) -> World:
    """Whoever is not the publisher by its identity has to hold a lease, whatever it sends."""
    viewers = {c: frozenset(p.identity for p in ps) - {names.publisher(c)} for c, ps in people.items()}
    publishing = {
        c: next((p.generation for p in ps if p.publishing and p.identity == names.publisher(c)), None)
        for c, ps in people.items()
    }
    return replace(world, participants=viewers, publishing=publishing, doubles=frozenset(_doubles(people)))


def _doubles(people: dict[str, list[Participant]]) -> Iterator[tuple[str, str]]:
    """An identity belongs to one lease: it is in one room, once."""
    seen: set[str] = set()
    for camera_id, some in people.items():
        for who in some:
            if who.identity in seen:
                yield camera_id, who.identity
            seen.add(who.identity)


def rows_now() -> list[Row]:
    viewers: dict[int, set[str]] = {}
    wishes: dict[int, set[tuple[str, str]]] = {}
    active = Reservation.objects.filter(state=ReservationState.ACTIVE)
    for stream_pk, pk, paused, *wish in active.values_list("stream_id", "pk", "paused_since", "layers", "transport"):
        viewers.setdefault(stream_pk, set()).add(names.viewer(str(pk)))
        if paused is None:
            wishes.setdefault(stream_pk, set()).add((wish[0], wish[1]))
    streams = Stream.objects.select_related("camera__agency").only(*COLUMNS).filter(state__in=UNFINISHED)
    return [_row(s, frozenset(viewers.get(s.pk, ())), wishes.get(s.pk, set())) for s in streams]


def _row(stream: Stream, viewers: frozenset[str], wishes: set[tuple[str, str]]) -> Row:
    camera, playing = stream.camera, stream.state in PLAYING
    return Row(
        stream=stream.pk,
        camera_id=camera.camera_id,
        generation=stream.generation,
        playing=playing,
        viewers=viewers,
        source_changed=playing and camera.source_revision != stream.source_revision,
        disabled=bool(why_unwatchable(camera)),
        silent=playing and stream.silent_since is not None,
        unfed=playing and bool(unfed(stream, wishes)),
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
