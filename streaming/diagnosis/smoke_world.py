"""What the try of a camera looks at: its stream's row, and every port."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from cctv import reasons
from streaming.diagnosis.verdicts import FAIL, OK, Verdict
from streaming.media import names
from streaming.media import plane as media
from streaming.models import Reservation, Stream
from streaming.querysets import ACTIVE
from streaming.states import PLAYING, UNFINISHED, ReservationState


@dataclass(frozen=True, slots=True)
class State:
    """`name`: of the stream, or of the lease where that has ended."""

    name: str
    generation: int
    playing: bool
    ended: bool
    why: str


def state(lease_pk: uuid.UUID) -> State:
    lease = Reservation.objects.select_related("stream").get(pk=lease_pk)
    ended = lease.state != ReservationState.ACTIVE
    of: Reservation | Stream = lease if ended else lease.stream
    why = f"{of.code}: {reasons.text(of.code, of.params)}" if of.code else of.state
    return State(of.state, lease.stream.generation, lease.stream.state in PLAYING and not ended, ended, why)


def others(camera_id: str, own: list[uuid.UUID]) -> int:
    """How many hold a lease on this camera beside us."""
    return Reservation.objects.filter(ACTIVE, camera__camera_id=camera_id).exclude(pk__in=own).count()


def shared(camera_id: str, generation: int, own: list[uuid.UUID]) -> Iterator[Verdict]:
    plane = media.plane()
    pushers = [p.generation for p in plane.runner.list() if p.camera_id == camera_id and p.running]
    ingests = [i.generation for i in plane.sfu.list_ingests() if i.camera_id == camera_id]
    for name, found in (("one pusher", pushers), ("one ingest", ingests)):
        told = ", ".join(f"g{each}" for each in found) or "none"
        good = found == [generation]
        mend = f"`reconcile`; `trace_reservation --camera {camera_id}`"
        yield Verdict(f"try: {name}", OK if good else FAIL, f"{told}, the stream's is g{generation}", mend)
    yield _leases(own)


def _leases(own: list[uuid.UUID]) -> Verdict:
    active = Reservation.objects.filter(ACTIVE, pk__in=own)
    identities = {names.viewer(str(pk)) for pk in active.values_list("pk", flat=True)}
    streams = set(active.values_list("stream_id", flat=True))
    good = len(identities) == len(own) and len(streams) == 1
    seen = f"{len(identities)} ACTIVE, with {len(identities)} identities, on {len(streams)} stream"
    return Verdict("try: two leases", OK if good else FAIL, seen, "docs/operate/troubleshooting.md")


def left(camera_id: str, own: list[uuid.UUID]) -> list[str]:
    """What has to go yet. Somebody else's stream stays: then only our own part in it. Raises MediaError."""
    plane, mine = media.plane(), {names.viewer(str(pk)) for pk in own}
    present = {person.identity for person in plane.sfu.participants(camera_id)} & mine
    found = [f"participant {identity}" for identity in sorted(present)]
    if others(camera_id, own):
        return found
    streams = Stream.objects.filter(camera__camera_id=camera_id, state__in=UNFINISHED)
    found += [f"stream {stream.pk} {stream.state}" for stream in streams]
    found += [f"pusher g{p.generation}" for p in plane.runner.list() if p.camera_id == camera_id]
    found += [f"ingest g{i.generation}" for i in plane.sfu.list_ingests() if i.camera_id == camera_id]
    found += ["room"] if camera_id in plane.sfu.list_rooms() else []
    return found + (["path"] if camera_id in plane.gateway.list_paths() else [])
