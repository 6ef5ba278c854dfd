"""The second half of a reset: what is outside for a camera, removed under its work lease."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from cameras.models import Camera
from streaming.lifecycle.guard import each_by_itself
from streaming.lifecycle.removing import remove
from streaming.lifecycle.work import LeaseLost, WorkLease, seize, work_lease
from streaming.media.ports import MediaError
from streaming.models import Stream
from streaming.reconcile import Thing
from streaming.states import OPEN

log = logging.getLogger(__name__)
WAIT = 1.0  # seconds for whoever works on the camera after it was taken over once: the tear-down, or a new life


def in_scope(things: Iterable[Thing], only: str | None) -> set[Thing]:
    """Of one camera or of all; but nothing of a life that began since, nor what it shares by name."""
    newer = dict(Stream.objects.filter(state__in=OPEN).values_list("camera__camera_id", "generation"))
    return {thing for thing in things if only in {None, thing.camera_id} and _is_old(thing, newer.get(thing.camera_id))}


def _is_old(thing: Thing, open_generation: int | None) -> bool:
    return open_generation is None or (thing.generation is not None and thing.generation < open_generation)


def clear(camera_id: str, things: Iterable[Thing], *, force: bool) -> bool:
    """Remove those of this camera. `force`: take it over from whoever works on it. Answers whether somebody did.

    What fails, or what another worker is at, is left to the next round.
    """
    camera = Camera.objects.filter(camera_id=camera_id).first()
    mine = [thing for thing in things if thing.camera_id == camera_id]
    evicted = False
    with each_by_itself(), suppress(LeaseLost), _held(camera, force=force) as lease:
        evicted = lease is not None and lease.evicted
        for thing in mine:
            _remove_if_old(thing, lease)
    return evicted


@contextmanager
def _held(camera: Camera | None, *, force: bool) -> Iterator[WorkLease | None]:
    """None for a camera that has no row: nobody works on it."""
    if camera is None:
        yield None
    elif not force:
        with work_lease(camera.pk, wait=WAIT) as lease:
            yield lease
    else:
        lease = seize(camera.pk)
        try:
            yield lease
        finally:
            lease.release()


def _remove_if_old(thing: Thing, lease: WorkLease | None) -> None:
    """By the rows of now: a life that begins from here on waits for our lease."""
    if not in_scope([thing], None):
        return
    try:
        remove(thing, lease)
    except MediaError as error:
        log.warning("reset: %s not removed: %s", thing.kind, error.code, extra={"camera_id": thing.camera_id})
