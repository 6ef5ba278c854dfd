"""A LIVE stream without media, whose pusher looks for its camera by itself: it gets its time, and the camera is away.

The pusher ends with a code when its time is over (RECONNECT_SECONDS); `Stream.silent_since` is for one that does not.
One that is not even connected to the SFU has little time to come back. What it cannot make good is not waited for: an
SFU that lost the room or the ingest.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from cctv import clock
from quotas.locks import lock_camera
from streaming import events
from streaming.lifecycle.camera_states import camera_away, camera_seen
from streaming.lifecycle.streams import stream_trouble
from streaming.lifecycle.work import work_lease
from streaming.media import names
from streaming.media.plane import plane
from streaming.media.ports import MediaError
from streaming.models import Stream
from streaming.states import PLAYING

log = logging.getLogger(__name__)
ACTOR = "reconciler"
NOTICED = timedelta(seconds=5)  # a pusher takes that long to notice: its PACKET_TIMEOUT
COMES_BACK = timedelta(seconds=6)  # after its RTCP_TIMEOUT one that lost the SFU has published anew
CODE = "source_stalled"


def is_silent(pk: int) -> bool:
    """A camera that stalls for a moment is not lost: who asks looks twice."""
    stream = Stream.objects.select_related("camera").get(pk=pk)
    publisher = plane().sfu.publisher(stream.camera.camera_id)
    return publisher is None or publisher.generation != stream.generation


def lost_by_sfu(pks: Iterable[int]) -> set[int]:
    """Those whose room or ingest the SFU does not have; none where it cannot be asked."""
    rows = Stream.objects.filter(pk__in=list(pks)).values_list("pk", "camera__camera_id", "generation")
    try:
        return _lost(list(rows))
    except MediaError as error:
        log.warning("no list of rooms and ingests: %s", error.code)
        return set()


def _lost(rows: list[tuple[int, str, int]]) -> set[int]:
    if not rows:
        return set()
    sfu = plane().sfu
    rooms = set(sfu.list_rooms())
    people = {camera_id: sfu.participants(camera_id) for _, camera_id, _ in rows if camera_id in rooms}
    ingests = {(ingest.camera_id, ingest.generation) for ingest in sfu.list_ingests(people)}
    return {
        pk for pk, camera_id, generation in rows if camera_id not in rooms or (camera_id, generation) not in ingests
    }


def silent(pk: int, lost: bool) -> None:
    """Still no media: wait for the pusher, or begin anew. Raises LeaseLost, MediaError."""
    camera_pk, camera_id = Stream.objects.values_list("camera_id", "camera__camera_id").get(pk=pk)
    with work_lease(camera_pk) as lease:
        if is_silent(pk):
            patience = timedelta(0) if lost else _patience(camera_id)
            lease.check()
            _judge(pk, camera_pk, patience)


def _patience(camera_id: str) -> timedelta:
    """How long its pusher may be silent."""
    pusher = plane().runner.inspect(camera_id)
    if pusher is None or not pusher.reconnects:
        return timedelta(0)
    connected = {who.identity for who in plane().sfu.participants(camera_id)}
    if names.publisher(camera_id) not in connected:
        return COMES_BACK
    return timedelta(seconds=settings.PUSHER_RECONNECT_SECONDS) + NOTICED


def listen(pk: int) -> None:
    """The same each second for one that is known to be silent: its return is seen at once, and so is its end."""
    for since in Stream.objects.filter(pk=pk, state__in=PLAYING).values_list("silent_since", flat=True):
        if since is not None and not is_silent(pk):
            heard(pk)
        elif since is not None and clock.now() - since > COMES_BACK:
            silent(pk, False)


def _judge(pk: int, camera_pk: int, patience: timedelta) -> None:
    with transaction.atomic():
        lock_camera(camera_pk)
        stream, now = Stream.objects.select_related("camera__agency").get(pk=pk), clock.now()
        if stream.state not in PLAYING:
            return
        since = min(stream.silent_since or now, now)  # the clock may have been set back
        if now - since >= patience:
            stream_trouble(stream, now=now, actor=ACTOR, code="publisher_lost", permanent=False)
            return
        _write(stream, silent_since=since, code=CODE if patience > COMES_BACK else stream.code)
        if patience > COMES_BACK:  # connected, so it is the camera that is away
            camera_away(camera_pk, CODE, now=now)


def heard(pk: int) -> None:
    """Its media flows again."""
    camera_pk = Stream.objects.values_list("camera_id", flat=True).get(pk=pk)
    with transaction.atomic():
        lock_camera(camera_pk)
        stream = Stream.objects.get(pk=pk)
        if stream.state in PLAYING and stream.silent_since is not None:
            _write(stream, silent_since=None, code="live")
            camera_seen(camera_pk, now=clock.now())


def _write(stream: Stream, *, silent_since: datetime | None, code: str) -> None:
    """No move: it stays what it is. A drain keeps the word that it has."""
    if stream.code not in {"live", "joined", CODE}:
        code = stream.code
    if (silent_since, code) != (stream.silent_since, stream.code):
        Stream.objects.filter(pk=stream.pk, state=stream.state).update(silent_since=silent_since, code=code)
        events.stream_changed(stream.camera_id)
