"""Every second: is the pusher of each live stream still there? A dead one is seen at once (DESIGN §3.8)."""

from __future__ import annotations

import logging
from contextlib import suppress

from streaming.lifecycle.bring_up import trouble
from streaming.lifecycle.guard import each_by_itself
from streaming.lifecycle.source import exit_error, is_hearsay, real_cause
from streaming.lifecycle.work import LeaseLost, work_lease
from streaming.media.plane import plane
from streaming.media.ports import MediaError, PusherStatus
from streaming.models import Stream
from streaming.states import PLAYING

Job = tuple[str, int]
log = logging.getLogger(__name__)


def watch_pushers() -> list[Job]:
    """Answers the tasks to send: ("ask_why", stream), where the camera has to be asked, which takes seconds; and
    ("listen", stream), where the pusher looks for its camera.

    A listing that failed says nothing about any pusher: then nothing is done.
    """
    try:
        running = {(p.camera_id, p.generation) for p in plane().runner.list() if p.running}
    except MediaError as error:
        log.warning("pushers cannot be listed: %s", error.code)
        return []
    jobs: list[Job] = []
    playing = Stream.objects.filter(state__in=PLAYING)
    columns = ("pk", "camera_id", "camera__camera_id", "generation", "silent_since")
    for pk, camera_pk, camera_id, generation, silent_since in playing.values_list(*columns):
        if (camera_id, generation) not in running:
            with each_by_itself(), suppress(LeaseLost, MediaError):
                if not check_pusher(pk, camera_pk, ask=False):
                    jobs.append(("ask_why", pk))
        elif silent_since is not None:
            jobs.append(("listen", pk))
    return jobs


def ask_why(stream_pk: int) -> None:
    for camera_pk in Stream.objects.filter(pk=stream_pk, state__in=PLAYING).values_list("camera_id", flat=True):
        with suppress(LeaseLost, MediaError):
            check_pusher(stream_pk, camera_pk)


def check_pusher(stream_pk: int, camera_pk: int, *, ask: bool = True) -> bool:
    """Look again under the work lease, with the row of now: the list may be older than the stream.

    False where the pusher is gone and only the camera can say why, and it may not be asked now.
    """
    with work_lease(camera_pk) as lease:
        current = Stream.objects.select_related("camera").filter(pk=stream_pk, state__in=PLAYING).first()
        if current is None:
            return True
        error = _why_gone(plane().runner.inspect(current.camera.camera_id), current.generation)
        if error is None:
            return True
        if is_hearsay(error) and not ask:
            return False
        cause = real_cause(current.camera, error)
        lease.check()
        log.warning("pusher gone: %s", cause.code, extra={"camera_id": current.camera.camera_id})
        trouble(current, cause)
        return True


def _why_gone(status: PusherStatus | None, generation: int) -> MediaError | None:
    if status is None or status.generation != generation:
        return MediaError("pusher_lost")
    return None if status.running else exit_error(status.exit_code, status.reason)
