"""The 1 s tick: what is overdue? Each answer is a small step under the camera's lock, or work for a task."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from cctv import clock
from quotas.locks import lock_camera
from streaming.lifecycle.guard import each_by_itself
from streaming.lifecycle.leases import lease_end
from streaming.lifecycle.set_back import moments_ahead
from streaming.lifecycle.streams import active_leases, stream_end, stream_join, stream_restart, stream_trouble
from streaming.lifecycle.work import over
from streaming.models import Reservation, Stream
from streaming.states import ReservationState, StreamState

S = StreamState
ACTOR = "beat"
# A start that no worker holds for this long was lost with its message or its worker.
UNATTENDED = timedelta(seconds=2)
Job = tuple[str, int]


def overdue() -> list[Job]:
    """Do what is due; answers the tasks to send: ("bring_up" | "tear_down", stream)."""
    now = clock.now()
    moments_ahead(now)
    expire(now)
    stop_idle(now)
    give_up(now)
    started = restart(now)
    return [("bring_up", pk) for pk in started] + list(unattended(clock.now()))


def expire(now: datetime) -> None:
    late = Reservation.objects.filter(state=ReservationState.ACTIVE, expires_at__lte=now)
    for lease in late.only("camera_id").order_by("expires_at"):
        with each_by_itself():
            lease_end(lease, ReservationState.EXPIRED, code="expired", actor=ACTOR, nowait=True)


def stop_idle(now: datetime) -> None:
    drained = Q(state=S.DRAINING, due_at__lte=now)
    idle = Q(state__in=[S.STARTING, S.RETRYING], idle_at__lte=now)
    _each(drained | idle, _stop_unwatched)


def give_up(now: datetime) -> None:
    """Starts past their deadline that no worker is at, whatever became of it."""
    _each(Q(free(now), state=S.STARTING, due_at__lte=now - UNATTENDED), _give_up)


def restart(now: datetime) -> list[int]:
    return _each(Q(state=S.RETRYING, due_at__lte=now), _restart)


def free(now: datetime) -> Q:
    """No worker holds the camera's work lease."""
    return over(now, "camera__work__")


def _each(due: Q, act: Callable[[Stream, datetime], bool]) -> list[int]:
    """`act` on each stream that is due, re-read under its camera's lock: only if it still is."""
    acted = []
    for pk, camera_pk in Stream.objects.filter(due).values_list("pk", "camera_id"):
        with each_by_itself(), transaction.atomic():
            lock_camera(camera_pk, nowait=True)
            stream = Stream.objects.select_related("camera").filter(due, pk=pk).first()
            if stream is not None and act(stream, clock.now()):
                acted.append(pk)
    return acted


def _give_up(stream: Stream, now: datetime) -> bool:
    return stream_trouble(stream, now=now, actor=ACTOR, code="bring_up_timeout", permanent=False)


def _stop_unwatched(stream: Stream, now: datetime) -> bool:
    """The drain's re-check: a lease that slipped in keeps the stream."""
    if active_leases(stream):
        stream_join(stream, now=now, actor=ACTOR)
        return False
    code = "yielded" if stream.code == "yielded" else "last_viewer_left"
    return stream_end(stream, now=now, actor=ACTOR, code=code)


def _restart(stream: Stream, now: datetime) -> bool:
    if active_leases(stream) == 0:
        stream_end(stream, now=now, actor=ACTOR, code="no_viewers")
        return False
    return stream_restart(stream, stream.camera, now=now, actor=ACTOR)


def unattended(now: datetime) -> Iterator[Job]:
    """Starts and tear-downs that no worker acts on: their task was lost, or never sent."""
    lost = Q(state=S.STARTING, started_at__lte=now - UNATTENDED)
    for pk in list(Stream.objects.filter(free(now), lost).values_list("pk", flat=True)):
        if Stream.objects.filter(lost, pk=pk).update(started_at=now):  # asked for again, not each second
            yield "bring_up", pk
    stops = Stream.objects.filter(free(now), state=S.STOPPING, due_at__lte=now)
    for pk in list(stops.values_list("pk", flat=True)):
        if Stream.objects.filter(pk=pk, state=S.STOPPING, due_at__lte=now).update(due_at=now + UNATTENDED):
            yield "tear_down", pk
