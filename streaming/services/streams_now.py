"""The streams that have not ended, as the staff sees them: rows, viewers, last events, and the pusher outside."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from accounts.models import User
from cameras.access import Caller, is_site_admin, managed_agencies
from cctv.errors import DomainError
from cctv.reasons import text
from streaming.lifecycle.source import exit_error
from streaming.media.plane import plane
from streaming.media.ports import MediaError, PusherStatus
from streaming.models import Stream, StreamEvent
from streaming.states import PLAYING, UNFINISHED, ReservationState

LAST_EVENTS = 3
LOOK_EVERY = 2.0  # seconds at least between two looks at the runner, however many look at the page


@dataclass(frozen=True, slots=True)
class Said:
    """An event in the reader's words."""

    at: datetime
    new: str
    text: str


@dataclass(frozen=True, slots=True)
class StreamNow:
    """`pusher`: None where there is none, or where the runner does not answer (`Streams.asked`)."""

    row: Stream
    viewers: int
    joined: int
    reason: str
    events: tuple[Said, ...]
    pusher: PusherStatus | None

    @property
    def exit(self) -> str:
        """Why the pusher ended, in the reader's words."""
        if self.pusher is None or self.pusher.running:
            return ""
        error = exit_error(self.pusher.exit_code, self.pusher.reason)
        return text(error.code, error.params)

    @property
    def stale(self) -> bool:
        """The pusher is of another life than the stream."""
        return self.pusher is not None and self.pusher.generation != self.row.generation


@dataclass(frozen=True, slots=True)
class Streams:
    streams: list[StreamNow]
    asked: bool  # the runner answered


class Pushers:
    """What the runner lists, kept for LOOK_EVERY: None while it does not answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at = float("-inf")
        self._seen: dict[str, PusherStatus] | None = None

    def seen(self) -> dict[str, PusherStatus] | None:
        with self._lock:
            if time.monotonic() - self._at >= LOOK_EVERY:
                self._seen = self._look()
                self._at = time.monotonic()
            return self._seen

    def _look(self) -> dict[str, PusherStatus] | None:
        try:
            return {pusher.camera_id: pusher for pusher in plane().runner.list()}
        except MediaError:
            return None


_pushers = Pushers()


def check_staff(caller: Caller) -> User:
    """Those who see streams in the admin: staff that administers an agency. Raises DomainError `forbidden`."""
    if not (isinstance(caller, User) and caller.is_staff):
        raise DomainError("forbidden", 403)
    if not (is_site_admin(caller) or managed_agencies(caller).exists()):
        raise DomainError("forbidden", 403)
    return caller


def managed_stream(caller: Caller, pk: int) -> Stream:
    """One of an agency that the caller administers. Raises DomainError `forbidden`, `not_found`."""
    mine = managed_agencies(check_staff(caller)).order_by()
    found = Stream.objects.select_related("agency", "camera").filter(pk=pk, agency__in=mine).first()
    if found is None:
        raise DomainError("not_found", 404)
    return found


def streams_now(caller: Caller) -> Streams:
    """Those in trouble first, then by camera; a few queries, however many there are."""
    mine = managed_agencies(check_staff(caller)).order_by()
    active = Q(reservations__state=ReservationState.ACTIVE)
    rows = (
        Stream.objects.filter(state__in=UNFINISHED, agency__in=mine)
        .select_related("camera", "agency")
        .defer("camera__main_url", "camera__sub_url", "camera__username", "camera__password", "whip_url")
        .annotate(viewer_count=Count("reservations", filter=active))
        .annotate(joined_count=Count("reservations", filter=active & Q(reservations__joined_at__isnull=False)))
    )
    found = sorted(rows, key=lambda row: (row.state in PLAYING, row.camera.camera_id, -row.generation))
    events, pushers = _last_events(row.pk for row in found), _pushers.seen()
    return Streams([_now(row, events.get(row.pk, []), pushers or {}) for row in found], asked=pushers is not None)


def _now(row: Stream, events: list[Said], pushers: dict[str, PusherStatus]) -> StreamNow:
    viewers, joined = row.viewer_count, row.joined_count  # type: ignore[attr-defined]
    return StreamNow(row, viewers, joined, _words(row), tuple(events), pushers.get(row.camera.camera_id))


def _words(row: Stream | StreamEvent) -> str:
    """Why, where the state alone does not say it."""
    return text(row.code, row.params) if row.code not in {"", "live"} else ""


def _last_events(streams: Iterable[int]) -> dict[int, list[Said]]:
    """Newest first, LAST_EVENTS of each, by one query."""
    place = Window(RowNumber(), partition_by=F("stream_id"), order_by=F("pk").desc())
    rows = StreamEvent.objects.filter(stream__in=list(streams)).annotate(place=place).filter(place__lte=LAST_EVENTS)
    found: dict[int, list[Said]] = {}
    for row in rows.order_by("-pk"):
        found.setdefault(row.stream_id, []).append(Said(row.at, row.new, _words(row)))
    return found
