"""Moves of a stream that depend on its leases. Every function here runs under the camera's lock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from cameras.models import Camera
from streaming.lifecycle.history import end_add
from streaming.lifecycle.transitions import event_of, next_generation, reservation_move, stream_move
from streaming.models import Reservation, Stream, StreamEvent
from streaming.states import OPEN, ReservationState, StreamState

S = StreamState
STEADY_SECONDS = 10  # a stream that was live this long starts its backoff anew


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def open_stream(camera_pk: int) -> Stream | None:
    return Stream.objects.filter(camera_id=camera_pk, state__in=OPEN).first()


def active_leases(stream: Stream) -> int:
    return Reservation.objects.filter(stream=stream, state=ReservationState.ACTIVE).count()


def stream_begin(camera: Camera, *, now: datetime, actor: str) -> tuple[Stream, StreamEvent]:
    """A new life: STARTING with the next generation. Its event is left to be written with what else there is."""
    stream = Stream.objects.create(
        camera=camera,
        agency_id=camera.agency_id,
        state=S.STARTING.value,
        state_since=now,
        generation=next_generation(camera.pk),
        source_revision=camera.source_revision,
        due_at=now + seconds(settings.BRING_UP_SECONDS),
        started_at=now,
        code="started",
        created_at=now,
        watched_since=now,
    )
    return stream, event_of(stream, old="", now=now, actor=actor)


def stream_join(stream: Stream, *, now: datetime, actor: str) -> None:
    """Somebody came: a drain is called off, a waiting retry comes soon."""
    if stream.state == S.DRAINING:
        stream_move(stream, S.LIVE, now=now, actor=actor, code="joined", watched_since=now)
    elif stream.state == S.RETRYING:
        soon = now + seconds(1)
        Stream.objects.filter(pk=stream.pk, due_at__gt=soon).update(due_at=soon)
    if stream.idle_at:
        Stream.objects.filter(pk=stream.pk).update(idle_at=None, watched_since=now)


def stream_judge(stream: Stream, *, now: datetime, actor: str) -> None:
    """After a lease ended: the last one starts the drain (or the idle deadline of a stream not live yet)."""
    if stream.state not in OPEN or active_leases(stream):
        return
    over = now + seconds(settings.DRAIN_SECONDS)
    if stream.state == S.LIVE:
        stream_move(stream, S.DRAINING, now=now, actor=actor, code="last_viewer_left", due_at=over)
    elif stream.state in {S.STARTING, S.RETRYING} and stream.idle_at is None:
        Stream.objects.filter(pk=stream.pk).update(idle_at=over)


def stream_restart(stream: Stream, camera: Camera, *, now: datetime, actor: str) -> bool:
    """RETRYING is due: STARTING again, under a new generation and the camera's source of now."""
    return stream_move(
        stream,
        S.STARTING,
        now=now,
        actor=actor,
        code="retrying",
        due_at=now + seconds(settings.BRING_UP_SECONDS),
        started_at=now,
        source_revision=camera.source_revision,
        generation=next_generation(camera.pk),
    )


def stream_end(
    stream: Stream,
    *,
    now: datetime,
    actor: str,
    code: str,
    params: Mapping[str, Any] | None = None,
    end: StreamState = S.STOPPED,
    leases: ReservationState = ReservationState.FAILED,
) -> bool:
    """Enter STOPPING; leases still ACTIVE end with the code in the same transaction."""
    moved = stream_move(
        stream, S.STOPPING, now=now, actor=actor, code=code, params=params, due_at=now, end_state=end.value
    )
    if moved:
        active = Reservation.objects.select_related("camera__agency").filter(stream=stream)
        for lease in active.filter(state=ReservationState.ACTIVE):
            reservation_move(lease, leases, now=now, code=code, params=dict(params or {}))
            end_add(leases, lease=lease, now=now, code=code, actor=actor)
    return moved


def stream_trouble(
    stream: Stream, *, now: datetime, actor: str, code: str, permanent: bool, params: Mapping[str, Any] | None = None
) -> bool:
    """A start failed or a live stream broke: try again, or end it where trying again is useless."""
    if permanent:
        return stream_end(stream, now=now, actor=actor, code=code, params=params, end=S.FAILED)
    if not active_leases(stream):
        return stream_end(stream, now=now, actor=actor, code=code, params=params)
    since = _trouble_since(stream, now)
    if stream.state == S.STARTING and now - since > seconds(settings.SOURCE_AWAY_SECONDS):
        return stream_end(stream, now=now, actor=actor, code="source_away", params={"cause": code})
    due = max(now, min(stream.started_at, now) + backoff(now - since))
    return stream_move(
        stream, S.RETRYING, now=now, actor=actor, code=code, params=params, due_at=due, trouble_since=since
    )


def _trouble_since(stream: Stream, now: datetime) -> datetime:
    steady = stream.live_at is not None and now - stream.live_at > seconds(STEADY_SECONDS)
    if stream.trouble_since is None or (stream.state != S.STARTING and steady):
        return now
    return min(stream.trouble_since, now)


def backoff(trouble: timedelta) -> timedelta:
    """Between two starts: 1 s for the first 30 s of trouble, then a tenth of its age, at most 30 s."""
    if trouble <= seconds(settings.RETRY_FAST_SECONDS):
        return seconds(1)
    return min(trouble / 10, seconds(settings.RETRY_MAX_SECONDS))
