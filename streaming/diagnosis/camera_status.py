"""One camera's rows beside what is outside for it, from the same look."""

from __future__ import annotations

from dataclasses import dataclass

from streaming.diagnosis.lives import Leases, Life, leases_now, lives_now
from streaming.diagnosis.usage import Rate
from streaming.invariants import Breach
from streaming.media.ports import PusherStatus
from streaming.reconcile import Kind, Thing, World

HIGH = "cpu_high"
ORPHANS = frozenset({"thing_without_row", "participant_without_lease", "hls_without_lease"})


@dataclass(frozen=True, slots=True)
class Pusher:
    generation: int
    running: bool
    exit_code: int | None
    reason: str | None
    usage: Rate | None


@dataclass(frozen=True, slots=True)
class Room:
    present: bool
    participants: int  # viewers: the publisher is not one
    publishing: int | None  # the generation whose media flows


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """None is what is not there; where its listing failed, that nobody knows."""

    camera_id: str
    life: Life | None
    leases: Leases
    pusher: Pusher | None
    ingests: tuple[int, ...] | None  # generations
    room: Room | None
    path: bool | None
    problems: tuple[str, ...] = ()  # invariants that do not hold (streaming.invariants), and cpu_high


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look found outside, and what of it differs from the rows."""

    world: World
    pushers: dict[str, PusherStatus]
    rates: dict[str, Rate]
    breaches: list[Breach]

    def orphans(self) -> list[Breach]:
        return sorted((b for b in self.breaches if b.invariant in ORPHANS), key=repr)

    def cameras(self, only: str | None) -> list[CameraStatus]:
        """Those with an unfinished stream or an ACTIVE lease; or the one that was asked for."""
        lives, leases = lives_now(only), leases_now(only)
        wanted = lives.keys() | leases.keys() | ({only} if only is not None else set())
        return [self._camera(camera_id, lives.get(camera_id), leases.get(camera_id)) for camera_id in sorted(wanted)]

    def _camera(self, camera_id: str, life: Life | None, leases: Leases | None) -> CameraStatus:
        listed, pusher = self.world.listed, self._pusher(camera_id)
        return CameraStatus(
            camera_id=camera_id,
            life=life,
            leases=leases or Leases(),
            pusher=pusher,
            ingests=self._ingests(camera_id) if Kind.INGEST in listed else None,
            room=self._room(camera_id) if Kind.ROOM in listed else None,
            path=Thing(Kind.PATH, camera_id) in self.world.things if Kind.PATH in listed else None,
            problems=self._problems(camera_id, pusher),
        )

    def _pusher(self, camera_id: str) -> Pusher | None:
        there = self.pushers.get(camera_id)
        if there is None:
            return None
        return Pusher(there.generation, there.running, there.exit_code, there.reason, self.rates.get(camera_id))

    def _ingests(self, camera_id: str) -> tuple[int, ...]:
        found = (thing for thing in self.world.things if (thing.kind, thing.camera_id) == (Kind.INGEST, camera_id))
        return tuple(sorted(thing.generation or 0 for thing in found))

    def _room(self, camera_id: str) -> Room:
        present = Thing(Kind.ROOM, camera_id) in self.world.things
        viewers = len(self.world.participants.get(camera_id, ()))
        return Room(present, viewers, self.world.publishing.get(camera_id))

    def _problems(self, camera_id: str, pusher: Pusher | None) -> tuple[str, ...]:
        """What is there without a row is told of by itself."""
        found = {b.invariant for b in self.breaches if b.camera_id == camera_id} - ORPHANS
        if pusher and pusher.usage and pusher.usage.high:
            found.add(HIGH)
        return tuple(sorted(found))
