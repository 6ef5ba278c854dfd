"""STOPPING ▶ STOPPED | FAILED: everything of this life removed and verified gone."""

from __future__ import annotations

import logging
from datetime import timedelta

from cctv import clock
from streaming.lifecycle.streams import open_stream
from streaming.lifecycle.transitions import stream_move
from streaming.lifecycle.work import LeaseLost, WorkLease, work_lease
from streaming.media.plane import plane
from streaming.media.ports import MediaError
from streaming.models import Stream
from streaming.states import StreamState

log = logging.getLogger(__name__)
ACTOR = "worker"
AGAIN = timedelta(seconds=1)


def tear_down(stream_pk: int) -> None:
    """Idempotent; what fails is tried again by the beat, for ever: stopped means verified gone."""
    stream = Stream.objects.select_related("camera").filter(pk=stream_pk, state=StreamState.STOPPING).first()
    if stream is None:
        return
    try:
        with work_lease(stream.camera_id) as lease:
            _remove(stream, lease)
            _verify(stream, lease)
            _finish(stream)
    except LeaseLost:
        _again(stream)
    except MediaError as error:
        log.warning("tear-down is not through: %s", error.code, extra={"stream_id": stream.pk})
        _again(stream)


def _remove(stream: Stream, lease: WorkLease) -> None:
    """While a newer life is open, room and path are its own too: only our generation's parts go."""
    media, camera_id = plane(), stream.camera.camera_id
    lease.check()
    media.runner.stop(camera_id, up_to=stream.generation)
    lease.check()
    media.sfu.delete_ingests(camera_id, up_to=stream.generation)
    if open_stream(stream.camera_id) is None:
        lease.check()
        media.sfu.delete_room(camera_id)
        lease.check()
        media.gateway.remove_path(camera_id)


def _verify(stream: Stream, lease: WorkLease) -> None:
    media, camera_id = plane(), stream.camera.camera_id
    lease.check()
    pusher = media.runner.inspect(camera_id)
    publisher = media.sfu.publisher(camera_id)
    left = [at.generation for at in (pusher, publisher) if at is not None and at.generation is not None]
    if any(generation <= stream.generation for generation in left):
        raise MediaError("not_gone")


def _finish(stream: Stream) -> None:
    end = StreamState(stream.end_state or StreamState.STOPPED)
    now = clock.now()
    stream_move(stream, end, now=now, actor=ACTOR, code=stream.code, params=stream.params, ended_at=now)


def _again(stream: Stream) -> None:
    Stream.objects.filter(pk=stream.pk, state=StreamState.STOPPING).update(due_at=clock.now() + AGAIN)
