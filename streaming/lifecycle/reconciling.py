"""Level-triggered healing: list the world, then the rows, plan, act; each action looks again (DESIGN §3.9)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from dataclasses import replace

from cameras.models import Camera
from cctv import clock
from streaming.lifecycle import silence
from streaming.lifecycle.graces import past_grace
from streaming.lifecycle.guard import each_by_itself
from streaming.lifecycle.hls_sessions import active_viewers, kick_unless_active
from streaming.lifecycle.layering import layers_repair
from streaming.lifecycle.one_each import locked, lost_ingests, second_ingest, second_pushers
from streaming.lifecycle.removing import remove
from streaming.lifecycle.source import source_of, sub_source_of
from streaming.lifecycle.streams import stream_end, stream_judge, stream_trouble
from streaming.lifecycle.watch import check_pusher
from streaming.lifecycle.work import LeaseLost, work_lease
from streaming.lifecycle.world import rows_now, why_unwatchable, world_now
from streaming.media.plane import plane, signalling
from streaming.media.ports import MediaError
from streaming.models import Stream
from streaming.reconcile import Kind, Plan, Thing, plan
from streaming.states import OPEN, PLAYING, UNFINISHED

log = logging.getLogger(__name__)
ACTOR = "reconciler"
SECOND_LOOK = 3.0  # seconds a publisher may be silent before it counts as lost


def reconcile() -> Plan:
    """One pass; answers what it found to do (orphans within their grace included)."""
    world = world_now()
    todo = plan(world, rows_now())
    # First what has to be quick: a removal may take seconds each.
    _each(_stop, todo.stop)
    _each(_restart, todo.restart)
    for camera_id, identity in todo.eject:
        _guarded(_eject, camera_id, identity)
    for session in todo.kick:
        _guarded(kick_unless_active, session.session_id, session.camera_id, session.viewer)
    _each(_judge, todo.judge)
    for thing in past_grace(todo.remove, world.listed):
        _guarded(_remove, thing)
    _each(_replay, todo.paths)
    _each(layers_repair, todo.feed)
    _each(silence.heard, todo.heard)
    check_publishers(todo.check)
    if todo.ingestless:
        _guarded(lost_ingests, todo.ingestless)
    if todo.two_pushers:
        _guarded(second_pushers, todo.two_pushers)
    _each(second_ingest, todo.two_ingests)
    if (sfu := signalling()) is not None:
        _guarded(sfu.sweep)
    return todo


def _each(act: Callable[[int], object], streams: Iterable[int]) -> None:
    for pk in streams:
        _guarded(act, pk)


def _guarded(act: Callable[..., object], *args: object) -> object:
    """One action that fails, or that another worker is at, does not keep us from the others; None where it did."""
    with each_by_itself(), suppress(LeaseLost):
        try:
            return act(*args)
        except MediaError as error:
            log.warning("reconcile: %s", error.code)
    return None


def _remove(thing: Thing) -> None:
    """Under the work lease, unless a row has appeared meanwhile, or a tear-down is at it."""
    camera = Camera.objects.filter(camera_id=thing.camera_id).first()
    with work_lease(camera.pk) if camera else nullcontext() as lease:
        unfinished = Stream.objects.filter(camera=camera, state__in=UNFINISHED)
        if thing.generation is not None:
            unfinished = unfinished.filter(generation=thing.generation)
        if unfinished.exists():
            return
        log.warning("removing %s without a row", thing.kind, extra={"camera_id": thing.camera_id})
        remove(thing, lease)
        if thing.kind is Kind.PUSHER:  # its ingest had its grace with it, and would only be seen alone from now on
            remove(replace(thing, kind=Kind.INGEST), lease)


def _eject(camera_id: str, identity: str) -> None:
    """Not in the world's list but in the rows of now: the lease came after the listing."""
    if identity not in active_viewers(camera_id):
        plane().sfu.remove_participant(camera_id, identity)


def _replay(pk: int) -> None:
    """LIVE, and the gateway does not know its path: it was started anew, and keeps nothing of what we added."""
    stream = Stream.objects.select_related("camera").get(pk=pk)
    with work_lease(stream.camera_id) as lease:
        stream = Stream.objects.select_related("camera").get(pk=pk)
        if stream.state in PLAYING:
            lease.check()
            camera = stream.camera
            sources = (source_of(camera), sub_source_of(camera))
            plane().gateway.ensure_path(camera.camera_id, sources[0], stream.generation, sub_source=sources[1])


def check_publishers(pks: Iterable[int]) -> None:
    """LIVE, but no media is in the room: is its pusher there? All of them wait for a second look together."""
    deadline = time.monotonic() + SECOND_LOOK
    silent = [pk for pk in pks if _guarded(_still_there, pk)]
    while silent := [pk for pk in silent if _guarded(silence.is_silent, pk)]:
        if time.monotonic() >= deadline:
            break
        time.sleep(0.2)
    lost = silence.lost_by_sfu(silent)
    for pk in silent:
        _guarded(silence.silent, pk, pk in lost)


def _still_there(pk: int) -> bool:
    """Whether its pusher runs; one that does not is dealt with."""
    playing = Stream.objects.filter(pk=pk, state__in=PLAYING)
    for camera_pk in playing.values_list("camera_id", flat=True):
        check_pusher(pk, camera_pk)
    return playing.exists()


def _restart(pk: int) -> None:
    """The camera's source was edited while it is watched: a new generation reads the new one."""
    with locked(pk) as stream:
        if stream.state in PLAYING and stream.source_revision != stream.camera.source_revision:
            stream_trouble(stream, now=clock.now(), actor=ACTOR, code="source_changed", permanent=False)


def _judge(pk: int) -> None:
    """Every end of a lease judges its stream; whatever was missed is made good here."""
    with locked(pk) as stream:
        stream_judge(stream, now=clock.now(), actor=ACTOR)


def _stop(pk: int) -> None:
    with locked(pk) as stream:
        code = why_unwatchable(stream.camera)
        if code and stream.state in OPEN:
            stream_end(stream, now=clock.now(), actor=ACTOR, code=code)
