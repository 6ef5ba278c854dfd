"""STARTING ▶ LIVE: older generations removed, room, ingest, path, pusher, then the publisher seen in the room."""

from __future__ import annotations

import logging
import math
import time
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from cctv import clock
from quotas.locks import lock_camera
from streaming.layers import Layers, as_text
from streaming.lifecycle import source, transcoding
from streaming.lifecycle.camera_states import camera_away, camera_seen
from streaming.lifecycle.layering import layers_at_start, layers_follow
from streaming.lifecycle.streams import seconds, stream_judge, stream_trouble
from streaming.lifecycle.transitions import stream_move
from streaming.lifecycle.turns import turns
from streaming.lifecycle.work import LeaseLost, WorkLease, work_lease
from streaming.media.plane import plane
from streaming.media.ports import Ingest, MediaError, PusherStatus
from streaming.models import Stream
from streaming.states import StreamState

log = logging.getLogger(__name__)
ACTOR = "worker"
LATE = timedelta(seconds=1)
SUSPICIOUS = 3.0  # seconds after which a gateway without a picture is not waited for any longer


class Overtaken(Exception):
    """The stream left STARTING, or got a newer generation, while we worked for it."""


def bring_up(stream_pk: int, *, patient: bool = True) -> None:
    """Idempotent: a second worker, or the same one after a crash, adopts what is already there.

    `patient`: wait for a tear-down of the life before. The beat's repetitions need not.
    """
    stream = Stream.objects.select_related("camera").filter(pk=stream_pk, state=StreamState.STARTING).first()
    if stream is None:
        return
    try:
        with work_lease(stream.camera_id, wait=settings.TEARDOWN_SECONDS if patient else 0) as lease:
            _bring_up(stream, lease)
        if stream.camera.has_sub:
            layers_follow(stream.pk)  # what viewers have changed meanwhile
    except (LeaseLost, Overtaken):
        log.info("bring-up left to another", extra=_ids(stream))


def _bring_up(stream: Stream, lease: WorkLease) -> None:
    try:
        with turns.starting(lease.check):
            _begin(stream)
            _start(stream, lease)
        _wait_until_live(stream, lease)
    except MediaError as error:
        cause = source.real_cause(stream.camera, error)
        log.warning("bring-up failed: %s", cause.code, extra=_ids(stream))
        lease.check()
        trouble(stream, cause)
    except (LeaseLost, Overtaken):
        raise
    except Exception:
        log.exception("bring-up broke", extra=_ids(stream))
        lease.check()
        trouble(stream, MediaError("internal"))
    else:
        went_live(stream)
        transcoding.learn_codec(stream)


def _begin(stream: Stream) -> None:
    """Its time runs from here: what it waited for its turn is no sign of trouble."""
    now = clock.now()
    if timedelta(0) <= now - stream.started_at < LATE:
        return
    stream.due_at = now + seconds(settings.BRING_UP_SECONDS)
    _same_start(stream).update(due_at=stream.due_at)


def _start(stream: Stream, lease: WorkLease) -> None:
    """Before each step: is it still our work, and still wanted?"""
    media, camera, generation = plane(), stream.camera, stream.generation
    _still_starting(stream, lease)
    media.runner.stop(camera.camera_id, up_to=generation - 1)
    _still_starting(stream, lease)
    media.sfu.delete_ingests(camera.camera_id, up_to=generation - 1)
    _still_starting(stream, lease)
    media.sfu.ensure_room(camera.camera_id)
    _still_starting(stream, lease)
    ingest = media.sfu.create_ingest(camera.camera_id, generation)
    _still_starting(stream, lease)
    path = media.gateway.ensure_path(
        camera.camera_id, source.source_of(camera), generation, sub_source=source.sub_source_of(camera)
    )
    layers, begun = layers_at_start(stream), stream.ingest_id == ingest.ingest_id
    _remember(stream, ingest, layers)
    _still_starting(stream, lease)
    media.runner.start(source.pusher_spec(camera, generation, ingest, path, layers))
    if begun and camera.has_sub:  # a worker before us came this far: its pusher may feed what was wanted then
        media.runner.set_layers(camera.camera_id, generation=generation, layers=layers)


def _remember(stream: Stream, ingest: Ingest, layers: Layers) -> None:
    same = Stream.objects.filter(pk=stream.pk, generation=stream.generation)
    url = ingest.publish_url.reveal() or ingest.whip_url
    same.update(ingest_id=ingest.ingest_id, whip_url=url, layers=as_text(layers))


def _still_starting(stream: Stream, lease: WorkLease) -> None:
    lease.check()
    if not _same_start(stream).exists():
        raise Overtaken


def _same_start(stream: Stream) -> QuerySet[Stream]:
    """The stream's row, while it is what it was when we began."""
    return Stream.objects.filter(pk=stream.pk, state=StreamState.STARTING, generation=stream.generation)


def _wait_until_live(stream: Stream, lease: WorkLease) -> None:
    with turns.waiting():
        _look_until_live(stream, lease)


def _look_until_live(stream: Stream, lease: WorkLease) -> None:
    """Raises MediaError when the pusher ended or the deadline of the bring-up is over."""
    media, camera_id = plane(), stream.camera.camera_id
    suspicious = time.monotonic() + SUSPICIOUS if settings.GATEWAY == "mediamtx" else math.inf
    while True:
        publisher = media.sfu.publisher(camera_id)
        if publisher is not None and publisher.generation == stream.generation:
            return
        _raise_if_ended(media.runner.inspect(camera_id), stream.generation)
        if not _in_time(stream):
            raise MediaError("bring_up_timeout")
        _still_starting(stream, lease)
        if time.monotonic() > suspicious:
            suspicious = math.inf
            _ask_camera_behind(stream)
        if not connection.in_atomic_block:
            connection.close()  # back to the pool: as many starts may wait as there are threads
        time.sleep(turns.pause())


def _in_time(stream: Stream) -> bool:
    """A deadline further ahead than the whole time of a bring-up is over, too: the clock was set back."""
    left = stream.due_at - clock.now()
    return timedelta(0) < left <= seconds(settings.BRING_UP_SECONDS) + LATE


def _ask_camera_behind(stream: Stream) -> None:
    """A gateway that still has no picture will only time out: why, the camera itself may say at once."""
    path = plane().gateway.path_status(stream.camera.camera_id)
    if path is None or not path.ready:
        source.ask_camera(stream.camera)


def _raise_if_ended(status: PusherStatus | None, generation: int) -> None:
    if status is None or status.generation != generation:
        raise MediaError("pusher_lost")
    if not status.running:
        raise source.exit_error(status.exit_code, status.reason)


def went_live(stream: Stream) -> None:
    with transaction.atomic():
        lock_camera(stream.camera_id)
        now = clock.now()
        moved = stream_move(
            stream, StreamState.LIVE, now=now, actor=ACTOR, code="live", live_at=now, idle_at=None, silent_since=None
        )
        if moved:
            stream_judge(stream, now=now, actor=ACTOR)
            camera_seen(stream.camera_id, now=now)


def trouble(stream: Stream, error: MediaError) -> None:
    """Record a failure of a stream that is starting or live; the camera's state follows it."""
    with transaction.atomic():
        lock_camera(stream.camera_id)
        now = clock.now()
        moved = stream_trouble(
            stream, now=now, actor=ACTOR, code=error.code, permanent=error.permanent, params=error.params
        )
        if moved and error.code.startswith("source_"):
            camera_away(stream.camera_id, error.code, now=now)
    transcoding.learn_from(stream, error.code)


def _ids(stream: Stream) -> dict[str, object]:
    return {"camera_id": stream.camera.camera_id, "stream_id": stream.pk, "generation": stream.generation}
