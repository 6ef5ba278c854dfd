"""Thin Celery tasks: ids in, idempotent, and a sender that never fails its caller (DESIGN §3.5)."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from celery import Task, shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from streaming.lifecycle import hls_sessions, probes, silence, snapshots, watch
from streaming.lifecycle import housekeeping as keeping
from streaming.lifecycle.bring_up import bring_up as lifecycle_bring_up
from streaming.lifecycle.graces import grace_just_over
from streaming.lifecycle.guard import each_by_itself
from streaming.lifecycle.layering import layers_follow
from streaming.lifecycle.overdue import overdue as lifecycle_overdue
from streaming.lifecycle.passes import recorded
from streaming.lifecycle.reconciling import check_publishers
from streaming.lifecycle.reconciling import reconcile as lifecycle_reconcile
from streaming.lifecycle.tear_down import tear_down as lifecycle_tear_down
from streaming.lifecycle.usage import usage_tick
from streaming.lifecycle.work import LeaseLost
from streaming.media.ports import MediaError

if TYPE_CHECKING:
    AnyTask = Task[Any, None]
log = logging.getLogger(__name__)
MOST_WAITING = 100
EXPIRES = 15  # seconds: what the broker kept for longer, the beat has found meanwhile


@shared_task(name="streaming.media.bring_up")
def bring_up(stream_pk: int, patient: bool = True) -> None:
    with each_by_itself():
        lifecycle_bring_up(stream_pk, patient=patient)


@shared_task(name="streaming.media.tear_down")
def tear_down(stream_pk: int) -> None:
    with each_by_itself():
        lifecycle_tear_down(stream_pk)


@shared_task(name="streaming.media.ask_why")
def ask_why(stream_pk: int) -> None:
    with each_by_itself():
        watch.ask_why(stream_pk)


@shared_task(name="streaming.media.listen")
def listen(stream_pk: int) -> None:
    with each_by_itself(), suppress(LeaseLost, MediaError):
        silence.listen(stream_pk)


@shared_task(name="streaming.media.check_publisher")
def check_publisher(stream_pk: int) -> None:
    check_publishers([stream_pk])


@shared_task(name="streaming.media.layers")
def layers(stream_pk: int, reservation: str = "") -> None:
    with each_by_itself():
        layers_follow(stream_pk, reservation)


@shared_task(name="streaming.media.kick_hls")
def kick_hls(camera_pk: int) -> None:
    hls_sessions.kick_ended(camera_pk)


@shared_task(name="streaming.aux.snapshot")
def snapshot(camera_pk: int) -> None:
    snapshots.snapshot_take(camera_pk)


@shared_task(name="streaming.aux.probe")
def probe(camera_pk: int) -> None:
    probes.probe(camera_pk)


@shared_task(name="streaming.tick.overdue")
def overdue() -> None:
    with recorded("overdue"):
        for job, stream_pk in lifecycle_overdue():
            if job == "bring_up":
                send(bring_up, stream_pk, False)
            else:
                send(tear_down, stream_pk)
        if grace_just_over():
            send(reconcile)


@shared_task(name="streaming.tick.pushers")
def pushers() -> None:
    with recorded("pushers"):
        for job, stream_pk in watch.watch_pushers():
            send(ask_why if job == "ask_why" else listen, stream_pk)


@shared_task(name="streaming.tick.reconcile")
def reconcile() -> None:
    with recorded("reconcile"):
        lifecycle_reconcile()


@shared_task(name="streaming.tick.probe_away")
def probe_away() -> None:
    for camera_pk in probes.away():
        send(probe, camera_pk)


@shared_task(name="streaming.tick.usage")
def usage() -> None:
    with recorded("usage"):
        usage_tick()


@shared_task(name="streaming.tick.housekeeping")
def housekeeping() -> None:
    keeping.housekeeping()


def send(task: AnyTask, *args: int | str) -> None:
    """Hand over to a worker; where the broker is away the beat finds the row later."""
    try:
        task.apply_async(args=args, expires=EXPIRES)
    except (OperationalError, OSError) as error:
        log.warning("not sent, left to the beat: %s", error)


def send_after_commit(task: AnyTask, *args: int | str) -> None:
    """From a request: handed to a thread, so that not even a Redis that hangs holds the answer."""
    transaction.on_commit(lambda: _courier.take(task, *args), robust=True)


class _Courier:
    """One thread, started with the first message; what piles up behind a broken broker is left to the beat."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="courier")
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)

    def take(self, task: AnyTask, *args: int | str) -> None:
        if self._waiting.acquire(blocking=False):
            self._pool.submit(self._deliver, task, *args)

    def _deliver(self, task: AnyTask, *args: int | str) -> None:
        try:
            send(task, *args)
        finally:
            self._waiting.release()


_courier = _Courier()
