"""One pass of the reconciler by hand: what it finds, and what of that is done afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from cctv import clock
from streaming.lifecycle.reconciling import reconcile
from streaming.lifecycle.world import rows_now, world_now
from streaming.models import Stream
from streaming.reconcile import Plan, World, plan
from streaming.states import StreamState

S = StreamState
# What the plan calls the streams it names, and what is done with them.
OF_STREAMS = {
    "check": "look for its publisher, which is not in the room",
    "ingestless": "look for its ingest, which is gone",
    "restart": "start again, from its changed source",
    "stop": "stop, because its camera may not be watched",
    "judge": "let it drain, because nobody watches it",
    "paths": "write its path into the gateway again",
    "two_pushers": "start again, because it has two pushers",
    "two_ingests": "leave it one ingest",
    "feed": "tell its pusher what layers its viewers want",
    "heard": "its media flows again",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`action`: remove, eject, kick or a key of OF_STREAMS. `what`: a kind, or the identity of a viewer."""

    action: str
    camera_id: str
    what: str = ""
    generation: int | None = None
    done: bool | None = None  # None: only planned


@dataclass
class Pass:
    at: datetime
    dry_run: bool
    found: list[Finding] = field(default_factory=list)
    failed_listings: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 nothing to do, 1 something was to do, 3 a listing failed."""
        return 3 if self.failed_listings else int(bool(self.found))

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat()}


def one_pass(*, dry_run: bool) -> Pass:
    """Three looks: what is to do, the reconciler's own, and what is left of it."""
    found, world = _look()
    told = Pass(clock.now(), dry_run, found, world.unlisted)
    if not dry_run:
        reconcile()
        left, after = _look()
        told.failed_listings = sorted({*told.failed_listings, *after.unlisted})
        told.found = [replace(finding, done=finding not in left) for finding in found]
    return told


def _look() -> tuple[list[Finding], World]:
    world = world_now()
    return list(findings(plan(world, rows_now()))), world


def findings(todo: Plan) -> Iterator[Finding]:
    """Streams that are draining already are no finding: they only wait."""
    for thing in todo.remove:
        yield Finding("remove", thing.camera_id, thing.kind.value, thing.generation)
    for camera_id, identity in todo.eject:
        yield Finding("eject", camera_id, identity)
    for session in todo.kick:
        yield Finding("kick", session.camera_id, session.viewer)
    waits = Q(state=S.DRAINING) | Q(idle_at__isnull=False)
    for action in OF_STREAMS:
        rows = Stream.objects.filter(pk__in=getattr(todo, action)).select_related("camera").order_by("pk")
        for stream in rows.exclude(waits) if action == "judge" else rows:
            yield Finding(action, stream.camera.camera_id, "stream", stream.generation)
