"""The emergency reset: leases and streams ended, everything outside removed and verified gone by listing it again.

A step back to nothing, level-triggered as the reconciler is: list, remove what is left, list again, until nothing is
left or the time is over. Whatever is left then is named, its stream stays STOPPING, and the beat goes on with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from cameras.busy import busy_when_locked
from cctv import clock
from cctv.errors import DomainError
from streaming.diagnosis.removal import clear, in_scope
from streaming.diagnosis.reset_rows import Ended, end_rows, in_use, rows_of
from streaming.lifecycle.guard import each_by_itself
from streaming.lifecycle.tear_down import tear_down
from streaming.lifecycle.world import world_now
from streaming.models import FirstSeen, Stream
from streaming.reconcile import Kind, Thing
from streaming.states import StreamState

Item = TypeVar("Item")
Answer = TypeVar("Answer")
SECONDS = 30.0  # from the first listing to the last, and as long as each camera's removal may take
POLL = 0.2  # seconds between two listings
WORKERS = 8


@dataclass
class Report:
    at: datetime
    dry_run: bool
    cameras: list[Ended] = field(default_factory=list)
    removed: list[Thing] = field(default_factory=list)  # in a dry run: what would be
    left: list[Thing] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)  # kinds of which nobody could say what is left
    locked: list[str] = field(default_factory=list)  # cameras whose rows could not be locked, and stay as they were
    stopping: list[str] = field(default_factory=list)  # cameras whose stream is not STOPPED yet

    @property
    def complete(self) -> bool:
        """Verified that nothing is left; of a dry run, that everything could be listed."""
        return not (self.left or self.unlisted or self.locked or self.stopping)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat(), "verified": self.complete and not self.dry_run}


def preview(only: str | None) -> Report:
    """What a reset of one camera, or of all, would end and remove."""
    world = world_now()
    found = [thing for thing in world.things if only in {None, thing.camera_id}]
    return Report(
        clock.now(),
        dry_run=True,
        cameras=[ended for camera in in_use(only) if (ended := rows_of(camera)).leases or ended.generations],
        removed=_sorted(found),
        unlisted=sorted(set(Kind) - world.listed),
    )


def reset(only: str | None, *, actor: str, seconds: float = SECONDS) -> Report:
    """Of one camera, or of all and of everything of this INSTANCE_ID outside. Keeps all history."""
    report, cameras = Report(clock.now(), dry_run=False), in_use(only)
    deadline = time.monotonic() + seconds + len(cameras) * settings.MEDIA_CALL_TIMEOUT / WORKERS
    for camera in cameras:
        try:
            with busy_when_locked():
                report.cameras.append(end_rows(camera, actor=actor))
        except DomainError:
            report.locked.append(camera.camera_id)
    _remove_all(only, {camera.camera_id for camera in cameras}, report, deadline)
    stopping = Stream.objects.filter(camera__in=cameras, state=StreamState.STOPPING)
    if not (report.left or report.unlisted):
        _finish(stopping, deadline)
    report.stopping = sorted(set(stopping.values_list("camera__camera_id", flat=True)))
    _forget(only, report.left)
    return report


def _remove_all(only: str | None, cameras: set[str], report: Report, deadline: float) -> None:
    """The first round takes each camera over from whoever works on it; a call of theirs may still be under way."""
    removed = _look(only, report)
    evicted = _each(partial(clear, things=removed, force=True), cameras | {thing.camera_id for thing in removed})
    settled = time.monotonic() + (settings.MEDIA_CALL_TIMEOUT if any(evicted) else 0)
    while (left := _look(only, report)) or report.unlisted or time.monotonic() < settled:
        if time.monotonic() >= deadline:
            break
        _each(partial(clear, things=left, force=False), {thing.camera_id for thing in left})
        removed |= left
        time.sleep(POLL)
    report.removed = _sorted(removed - left)


def _look(only: str | None, report: Report) -> set[Thing]:
    world = world_now()
    left = in_scope(world.things, only)
    report.left, report.unlisted = _sorted(left), sorted(set(Kind) - world.listed)
    return left


def _finish(stopping: QuerySet[Stream], deadline: float) -> None:
    """What a tear-down of a worker's own is at just now has to end first."""
    while pks := list(stopping.values_list("pk", flat=True)):
        _each(_tear_down, pks)
        if time.monotonic() >= deadline:
            break
        if stopping.exists():
            time.sleep(POLL)


def _tear_down(stream_pk: int) -> None:
    with each_by_itself():
        tear_down(stream_pk)


def _each(act: Callable[[Item], Answer], items: Iterable[Item]) -> list[Answer]:
    """At once for several cameras: a pusher takes up to seconds to end."""

    def alone(item: Item) -> Answer:
        try:
            return act(item)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS, thread_name_prefix="reset") as pool:
        return list(pool.map(alone, list(items)))


def _forget(only: str | None, left: list[Thing]) -> None:
    """The reconciler's notes of when something without a row was first seen, of what is there no more."""
    still = {thing.key for thing in left}
    for row in FirstSeen.objects.all():
        ours = only in {None, row.name.partition("#")[0]}
        if ours and (row.kind, row.name) not in still:
            row.delete()


def _sorted(things: Iterable[Thing]) -> list[Thing]:
    return sorted(things, key=lambda thing: (thing.camera_id, thing.kind, thing.generation or 0))
