"""What has to be done, from what is there and what should be: pure (DESIGN §3.9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    PUSHER = "pusher"
    INGEST = "ingest"
    ROOM = "room"
    PATH = "path"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something of ours outside. Rooms and paths are shared by name and know no generation."""

    kind: Kind
    camera_id: str
    generation: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Kind and name, under which it is remembered when it was first seen."""
        return self.kind.value, f"{self.camera_id}#{self.generation or ''}"


@dataclass(frozen=True, slots=True)
class Hls:
    """Somebody who plays HLS from the gateway. `viewer`: the identity that belongs to its token, empty for none."""

    session_id: str
    camera_id: str
    viewer: str


@dataclass(frozen=True, slots=True)
class World:
    """What the listings said; a kind whose listing failed is not in `listed`."""

    things: frozenset[Thing]
    listed: frozenset[Kind]
    participants: Mapping[str, frozenset[str]] = field(default_factory=dict)  # camera_id → viewer identities
    publishing: Mapping[str, int | None] = field(default_factory=dict)  # camera_id → generation in the room
    hls: frozenset[Hls] = frozenset()
    hls_listed: bool = True
    doubles: frozenset[tuple[str, str]] = frozenset()  # (camera_id, identity) of those who are in twice
    twice: frozenset[Thing] = frozenset()  # what is there more than once
    ended: frozenset[Thing] = frozenset()  # pushers that are there and do not run

    @property
    def unlisted(self) -> list[str]:
        """What could not be listed: kinds, and `hls`."""
        kinds = [kind.value for kind in set(Kind) - self.listed]
        return sorted(kinds if self.hls_listed else [*kinds, "hls"])


@dataclass(frozen=True, slots=True)
class Row:
    """An unfinished stream as the database has it."""

    stream: int
    camera_id: str
    generation: int
    playing: bool
    viewers: frozenset[str] = frozenset()  # identities with an ACTIVE lease
    source_changed: bool = False
    disabled: bool = False
    unfed: bool = False  # its viewers want other layers than its pusher feeds
    silent: bool = False  # its pusher was seen to look for its camera
    ending: bool = False  # STOPPING: its own parts are being removed


@dataclass(frozen=True, slots=True)
class Plan:
    remove: tuple[Thing, ...] = ()
    eject: tuple[tuple[str, str], ...] = ()  # (camera_id, identity)
    check: tuple[int, ...] = ()  # streams whose publisher is not in the room
    ingestless: tuple[int, ...] = ()  # playing streams whose ingest is gone
    two_pushers: tuple[int, ...] = ()  # playing streams with more than one pusher of their generation
    two_ingests: tuple[int, ...] = ()  # the same of ingests
    restart: tuple[int, ...] = ()
    stop: tuple[int, ...] = ()
    judge: tuple[int, ...] = ()  # open streams that nobody watches: is their drain under way?
    paths: tuple[int, ...] = ()  # playing streams whose path the gateway lost
    heard: tuple[int, ...] = ()  # playing streams that were silent and are no more
    feed: tuple[int, ...] = ()  # playing streams whose pusher feeds other layers than are wanted
    kick: tuple[Hls, ...] = ()  # HLS viewers without an ACTIVE lease


def plan(world: World, rows: list[Row]) -> Plan:
    wanted = {row.camera_id: row for row in rows if not row.ending}
    ending = {(row.camera_id, row.generation) for row in rows if row.ending}
    return Plan(
        remove=tuple(sorted(_orphans(world, wanted, ending), key=lambda t: (t.kind, t.camera_id, t.generation or 0))),
        eject=tuple(sorted(_strangers(world, wanted))),
        check=tuple(row.stream for row in wanted.values() if _unpublished(world, row)),
        ingestless=tuple(row.stream for row in wanted.values() if _ingestless(world, row)),
        two_pushers=tuple(row.stream for row in wanted.values() if _twice(world, row, Kind.PUSHER)),
        two_ingests=tuple(row.stream for row in wanted.values() if _twice(world, row, Kind.INGEST)),
        restart=tuple(row.stream for row in wanted.values() if row.source_changed and not row.disabled),
        stop=tuple(row.stream for row in wanted.values() if row.disabled),
        judge=tuple(row.stream for row in wanted.values() if not row.viewers and not row.disabled),
        paths=tuple(row.stream for row in wanted.values() if _pathless(world, row)),
        heard=tuple(row.stream for row in wanted.values() if row.silent and _published(world, row)),
        feed=tuple(row.stream for row in wanted.values() if row.playing and row.unfed and not row.disabled),
        kick=tuple(sorted(_leaseless(world, wanted), key=lambda hls: hls.session_id)),
    )


def _orphans(world: World, wanted: Mapping[str, Row], ending: set[tuple[str, int]]) -> list[Thing]:
    ending_cameras = {camera_id for camera_id, _ in ending}
    return [
        thing
        for thing in world.things
        if thing.kind in world.listed and not _belongs(thing, wanted.get(thing.camera_id), ending, ending_cameras)
    ]


def _belongs(thing: Thing, row: Row | None, ending: set[tuple[str, int]], ending_cameras: set[str]) -> bool:
    if thing.generation is None:
        return row is not None or thing.camera_id in ending_cameras
    return (row is not None and row.generation == thing.generation) or (thing.camera_id, thing.generation) in ending


def _strangers(world: World, wanted: Mapping[str, Row]) -> list[tuple[str, str]]:
    if Kind.ROOM not in world.listed:
        return []
    return [
        (camera_id, identity)
        for camera_id, identities in world.participants.items()
        for identity in identities - (wanted[camera_id].viewers if camera_id in wanted else frozenset())
    ]


def _leaseless(world: World, wanted: Mapping[str, Row]) -> list[Hls]:
    """A listing that failed names nobody."""
    viewers = {camera_id: row.viewers for camera_id, row in wanted.items()}
    return [hls for hls in world.hls if hls.viewer not in viewers.get(hls.camera_id, frozenset())]


def _pathless(world: World, row: Row) -> bool:
    """A start has its path added by its bring-up, and a disabled camera needs none any more."""
    missing = Thing(Kind.PATH, row.camera_id) not in world.things
    return row.playing and not row.disabled and Kind.PATH in world.listed and missing


def _ingestless(world: World, row: Row) -> bool:
    """Where it does not publish either, that comes first."""
    missing = Thing(Kind.INGEST, row.camera_id, row.generation) not in world.things
    return row.playing and Kind.INGEST in world.listed and missing and not _unpublished(world, row)


def _twice(world: World, row: Row, kind: Kind) -> bool:
    """A start removes what is doubled by itself."""
    return row.playing and Thing(kind, row.camera_id, row.generation) in world.twice


def _published(world: World, row: Row) -> bool:
    return row.playing and world.publishing.get(row.camera_id) == row.generation


def _unpublished(world: World, row: Row) -> bool:
    return row.playing and Kind.ROOM in world.listed and world.publishing.get(row.camera_id) != row.generation
