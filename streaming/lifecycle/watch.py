"""Every second: is the pusher of each live stream still there? A dead one is seen at once (DESIGN §3.8)."""

from __future__ import annotations

import logging
from contextlib import suppress

from streaming.lifecycle.bring_up import trouble
from streaming.lifecycle.guard import each_by_itself
from streaming.lifecycle.source import exit_error, real_cause
from streaming.lifecycle.work import LeaseLost, work_lease
from streaming.media.plane import plane
from streaming.media.ports import MediaError, PusherStatus
from streaming.models import Stream
from streaming.states import PLAYING

log = logging.getLogger(__name__)


def watch_pushers() -> None:
    """A listing that failed says nothing about any pusher: then nothing is done."""
    try:
        running = {p.camera_id: p.generation for p in plane().runner.list() if p.running}
    except MediaError as error:
        log.warning("pushers cannot be listed: %s", error.code)
        return
    for stream in Stream.objects.select_related("camera").filter(state__in=PLAYING):
        if running.get(stream.camera.camera_id) != stream.generation:
            with each_by_itself(), suppress(LeaseLost, MediaError):
                check_pusher(stream)


def check_pusher(stream: Stream) -> None:
    """Look again under the work lease, with the row of now: the list may be older than the stream."""
    with work_lease(stream.camera_id) as lease:
        current = Stream.objects.select_related("camera").filter(pk=stream.pk, state__in=PLAYING).first()
        if current is None:
            return
        error = _why_gone(plane().runner.inspect(current.camera.camera_id), current.generation)
        if error is not None:
            cause = real_cause(current.camera, error)
            lease.check()
            log.warning("pusher gone: %s", cause.code, extra={"camera_id": current.camera.camera_id})
            trouble(current, cause)


def _why_gone(status: PusherStatus | None, generation: int) -> MediaError | None:
    if status is None or status.generation != generation:
        return MediaError("pusher_lost")
    return None if status.running else exit_error(status.exit_code, status.reason)
