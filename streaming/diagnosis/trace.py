"""All that happened to one reservation, or on one camera, in order of time: from rows alone."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Coalesce

from cameras.models import Camera
from streaming.diagnosis.actors import named, who
from streaming.diagnosis.lines import Line
from streaming.models import CameraWork, Reservation, Stream, StreamEvent, StreamRequest
from streaming.states import ReservationState

Row = TypeVar("Row", bound=Model)
Told = tuple[list[Line], datetime | None]  # of one kind; the moment up to which there is more than that
MOST = 2000  # rows of a kind; the newest are kept
REFUSED_NEAR = timedelta(minutes=2)  # refusals of the same holder this long before and after belong to the story


@dataclass(frozen=True, slots=True)
class Trace:
    camera_id: str
    reservation: Reservation | None
    streams: list[Stream]
    work: CameraWork | None
    lines: list[Line]
    cut: datetime | None = None  # up to this moment there is more than is told


def of_reservation(pk: uuid.UUID) -> Trace | None:
    """None where no such reservation was ever made."""
    rows = Reservation.objects.select_related("camera", "user", "account", "stream")
    lease = rows.filter(pk=pk).first()
    if lease is None:
        return None
    asked = _asked(Q(reservation=lease.pk) | _refusals_near(lease))
    lives = _lives(lease, asked)
    events = StreamEvent.objects.filter(stream__in=lives)
    lines, cut = _told([_requests(asked), _moves(events), (list(_columns(lease)), None)])
    return Trace(lease.camera.camera_id, lease, lives, _work(lease.camera), lines, cut)


def of_camera(camera_id: str, *, since: datetime) -> Trace | None:
    """None where neither a camera of that name is known nor anybody asked for one."""
    camera = Camera.objects.filter(camera_id=camera_id).first()
    asked = _asked(Q(camera_ref=camera_id))
    if camera is None and not asked.exists():
        return None
    lived = Q(ended_at=None) | Q(ended_at__gte=since)
    leases = Reservation.objects.filter(lived, camera=camera).select_related("user", "account", "camera")
    streams = list(Stream.objects.filter(lived, camera=camera).order_by("pk"))
    events = StreamEvent.objects.filter(stream__camera=camera, at__gte=since)
    lines, cut = _told([_requests(asked.filter(at__gte=since)), _moves(events), _leases(leases, since)])
    return Trace(camera_id, None, streams, _work(camera), lines, cut)


def _told(kinds: list[Told]) -> tuple[list[Line], datetime | None]:
    """All kinds from one moment on: that of the kind which reaches back the least."""
    cut = max((at for _, at in kinds if at), default=None)
    lines = [line for found, _ in kinds for line in found if cut is None or line.at > cut]
    return _sorted(lines), cut


def _newest(rows: QuerySet[Row], moment: Callable[[Row], datetime]) -> tuple[list[Row], datetime | None]:
    """MOST of them, turned so that the oldest comes first; and when the next older one was."""
    found = list(rows[: MOST + 1])
    cut = moment(found.pop()) if len(found) > MOST else None
    return found[::-1], cut


def _asked(which: Q) -> QuerySet[StreamRequest]:
    return StreamRequest.objects.filter(which).select_related("user", "account").order_by("-at", "-pk")


def _refusals_near(lease: Reservation) -> Q:
    """What the same holder was refused on this camera just before, and since."""
    until = (lease.ended_at or lease.expires_at) + REFUSED_NEAR
    return Q(
        action="refuse",
        camera_ref=lease.camera.camera_id,
        user=lease.user,
        account=lease.account,
        on_behalf_of=lease.on_behalf_of,
        at__range=(lease.created_at - REFUSED_NEAR, until),
    )


def _lives(lease: Reservation, asked: QuerySet[StreamRequest]) -> list[Stream]:
    """Every stream this lease was on: a renewal may have moved it to a newer one, and its row names only the last."""
    joined = asked.filter(reservation=lease.pk, action__in=["reserve", "renew"]).values_list("at", flat=True)
    found = {lease.stream_id: lease.stream}
    for at in joined:
        # Whoever reserves or renews joins the newest stream there is, or begins it at that moment.
        stream = Stream.objects.filter(camera=lease.camera_id, created_at__lte=at).order_by("-pk").first()
        if stream is not None:
            found[stream.pk] = stream
    return [found[pk] for pk in sorted(found)]


def _requests(asked: QuerySet[StreamRequest]) -> Told:
    rows, cut = _newest(asked, lambda row: row.at)
    names = named({by for row in rows if (by := row.params.get("by"))})
    return [_request(row, names) for row in rows], cut


def _request(row: StreamRequest, names: Mapping[str, str]) -> Line:
    """With whoever ended the lease, where that was not its holder."""
    by = names.get(row.params.get("by", ""))
    reservation = str(row.reservation) if row.reservation else None
    note = f"by {by}" if by else ""
    return Line(row.at, row.action, who(row), row.code, row.params, reservation=reservation, note=note)


def _moves(events: QuerySet[StreamEvent]) -> Told:
    rows, cut = _newest(events.order_by("-at", "-pk"), lambda row: row.at)  # several may bear one moment
    names = named({row.actor for row in rows})
    return [_move(row, names[row.actor]) for row in rows], cut


def _move(row: StreamEvent, actor: str) -> Line:
    what = f"{row.old} → {row.new}" if row.old else f"→ {row.new}"
    return Line(row.at, what, actor, row.code, row.params, row.stream_id, row.generation)


def _leases(leases: QuerySet[Reservation], since: datetime) -> Told:
    """By their ends: nothing of what is left out is younger than that."""
    ended = leases.annotate(end=Coalesce("ended_at", "expires_at")).order_by("-end", "-pk")
    rows, cut = _newest(ended, lambda row: row.ended_at or row.expires_at)
    return [line for row in rows for line in _columns(row) if line.at >= since], cut


def _columns(lease: Reservation) -> Iterator[Line]:
    """What a lease's row remembers beside its requests: of each kind the last only."""
    seen: list[tuple[str, datetime | None, str]] = [
        ("lease joined", lease.joined_at, ""),
        ("lease last heartbeat", lease.last_seen_at if lease.last_seen_at != lease.created_at else None, ""),
        ("lease last frames", lease.frames_at, f"{lease.frames_decoded} decoded"),
        ("lease paused", lease.paused_since, ""),
    ]
    for what, at, note in seen:
        if at is not None:
            yield Line(at, what, note=note, stream=lease.stream_id, reservation=str(lease.pk))
    yield _end(lease)


def _end(lease: Reservation) -> Line:
    ids: dict[str, Any] = {"stream": lease.stream_id, "reservation": str(lease.pk)}
    if lease.state == ReservationState.ACTIVE or lease.ended_at is None:
        return Line(lease.expires_at, "lease expires", note="unless a heartbeat comes", **ids)
    # Who ended it, its request says.
    return Line(lease.ended_at, f"lease {lease.state}", "", lease.code, lease.params, **ids)


def _work(camera: Camera | None) -> CameraWork | None:
    return CameraWork.objects.filter(camera=camera).first() if camera else None


# At one moment: who asked, what that did to the stream, what the lease's row says.
def _sorted(lines: Iterable[Line]) -> list[Line]:
    order = {"lease": 2, "→": 1}
    return sorted(lines, key=lambda line: (line.at, order.get(line.what.split()[0], 1 if "→" in line.what else 0)))
