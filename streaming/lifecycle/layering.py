"""What the viewers of a stream want of its camera's layers, told to its pusher and to the SFU.

Level-triggered: whatever tells us that something changed, the rows of now say what is wanted, and `Stream.layers` what
the pusher feeds. A lost message is made good by the reconciler.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.conf import settings

from cameras.models import Camera
from streaming.layers import BOTH, HIGH, Layers, as_text, from_text, given, union
from streaming.lifecycle.work import LeaseLost, WorkLease, work_lease
from streaming.media.plane import plane
from streaming.media.ports import MediaError
from streaming.models import Reservation, Stream
from streaming.states import PLAYING, ReservationState

log = logging.getLogger(__name__)


def layers_there(camera: Camera) -> Layers:
    """What a viewer of this camera can choose from."""
    return BOTH if camera.has_sub and plane().runner.layering != "main" else HIGH


def layers_at_start(stream: Stream) -> Layers:
    """What a pusher that starts now has to feed."""
    there = layers_there(stream.camera)
    if plane().runner.layering != "told":
        return there
    return union(_wishes(stream), there) or from_text(stream.layers) & there or HIGH


def _wishes(stream: Stream) -> list[tuple[str, str]]:
    """Of its viewers that are not paused. Where there is none, its pusher goes on as it is."""
    rows = Reservation.objects.filter(stream=stream, state=ReservationState.ACTIVE, paused_since=None)
    return list(rows.values_list("layers", "transport").distinct())


def layers_follow(stream_pk: int, reservation: str = "") -> None:
    """After a change of what viewers want: the pusher first, then the SFU for the viewer that wants something else."""
    stream = _playing(stream_pk)
    if stream is None or layers_there(stream.camera) == HIGH:
        return
    try:
        layers_tell(stream, wait=settings.MEDIA_CALL_TIMEOUT)
        if reservation:
            _tell_sfu(stream, reservation)
    except (MediaError, LeaseLost) as error:
        log.warning("layers are left to the reconciler: %s", error, extra={"stream_id": stream.pk})


def layers_repair(stream_pk: int) -> None:
    """The same for the reconciler: for every viewer, and without waiting. Raises LeaseLost, MediaError."""
    stream = _playing(stream_pk)
    if stream is None:
        return
    layers_tell(stream)
    active = Reservation.objects.filter(stream=stream, state=ReservationState.ACTIVE)
    for reservation in active.values_list("pk", flat=True):
        _tell_sfu(stream, str(reservation))


def layers_tell(stream: Stream, *, wait: float = 0.0) -> None:
    """The pusher feeds what is wanted, if it does not already. Raises LeaseLost, MediaError."""
    if not unfed(stream, _wishes(stream)):
        return
    with work_lease(stream.camera_id, wait=wait) as lease:
        now = _playing(stream.pk)
        if now is not None and (wanted := unfed(now, _wishes(now))):
            _tell_pusher(now, wanted, lease)


def unfed(stream: Stream, wishes: Iterable[tuple[str, str]]) -> Layers:
    """What is wished, as (layers, transport), where the pusher can be told and feeds something else; else empty."""
    if not stream.camera.has_sub or plane().runner.layering != "told":
        return frozenset()
    wanted = union(wishes, BOTH)
    return frozenset() if as_text(wanted) == stream.layers else wanted


def _tell_pusher(stream: Stream, wanted: Layers, lease: WorkLease) -> None:
    """Until it is told, nobody knows what it feeds: a worker that dies in between leaves that in the row."""
    same = Stream.objects.filter(pk=stream.pk, generation=stream.generation)
    lease.check()
    if same.filter(layers=stream.layers).update(layers=""):
        plane().runner.set_layers(stream.camera.camera_id, generation=stream.generation, layers=wanted)
        same.filter(layers="").update(layers=as_text(wanted))


def _tell_sfu(stream: Stream, reservation: str) -> None:
    """As it is in the row now: of two changes that come at once the last one wins."""
    row = Reservation.objects.filter(pk=reservation, stream=stream, state=ReservationState.ACTIVE)
    for wish, transport in row.values_list("layers", "transport"):
        wanted = given(wish, transport, layers_there(stream.camera))
        plane().sfu.set_viewer_layers(stream.camera.camera_id, reservation, wanted)


def _playing(stream_pk: int) -> Stream | None:
    return Stream.objects.select_related("camera").filter(pk=stream_pk, state__in=PLAYING).first()
