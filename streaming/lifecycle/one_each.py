"""A playing stream has one pusher and one ingest of its generation, neither none nor two. Each looks again first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction

from cctv import clock
from quotas.locks import lock_camera
from streaming.lifecycle.guard import each_by_itself
from streaming.lifecycle.streams import stream_trouble
from streaming.lifecycle.work import work_lease
from streaming.media.plane import plane
from streaming.models import Stream
from streaming.states import PLAYING

ACTOR = "reconciler"


def lost_ingests(pks: Iterable[int]) -> None:
    """It publishes, but nothing would let it in again: a new generation gets an ingest of its own."""
    there = {(ingest.camera_id, ingest.generation) for ingest in plane().sfu.list_ingests()}
    for stream in _playing(pks):
        if (stream.camera.camera_id, stream.generation) not in there:
            _trouble(stream, "ingest_lost")


def second_pushers(pks: Iterable[int]) -> None:
    """Two publish under one name: the next generation's bring-up removes both of them."""
    there = Counter((pusher.camera_id, pusher.generation) for pusher in plane().runner.list())
    for stream in _playing(pks):
        if there[stream.camera.camera_id, stream.generation] > 1:
            _trouble(stream, "pusher_twice")


def second_ingest(pk: int) -> None:
    """To ask for the ingest that is there leaves one, the one in use. Raises LeaseLost, MediaError."""
    for camera_pk in Stream.objects.filter(pk=pk).values_list("camera_id", flat=True):
        with work_lease(camera_pk) as lease:
            for stream in _playing([pk]):
                lease.check()
                plane().sfu.create_ingest(stream.camera.camera_id, stream.generation)


def _playing(pks: Iterable[int]) -> list[Stream]:
    return list(Stream.objects.select_related("camera").filter(pk__in=list(pks), state__in=PLAYING))


@contextmanager
def locked(pk: int) -> Iterator[Stream]:
    """The stream's row of now, under its camera's lock."""
    with transaction.atomic():
        lock_camera(Stream.objects.values_list("camera_id", flat=True).get(pk=pk))
        yield Stream.objects.select_related("camera__agency").get(pk=pk)


def _trouble(seen: Stream, code: str) -> None:
    """Only of the generation that was looked at."""
    with each_by_itself(), locked(seen.pk) as stream:
        if stream.state in PLAYING and stream.generation == seen.generation:
            stream_trouble(stream, now=clock.now(), actor=ACTOR, code=code, permanent=False)
