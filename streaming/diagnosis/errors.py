"""What went wrong lately: refusals, streams in trouble, leases that failed, and loud lines of the logs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from cctv import reasons
from streaming.diagnosis import known_secrets, log_files
from streaming.diagnosis.actors import named, who
from streaming.diagnosis.lines import Line
from streaming.diagnosis.redaction import Redaction
from streaming.models import Reservation, StreamEvent, StreamRequest
from streaming.states import ReservationState, StreamState

# What somebody wanted, or what ends every life: no error.
ON_PURPOSE = {
    "last_viewer_left", "no_viewers", "yielded", "stopped_by_admin", "revoked", "source_changed",
    "camera_disabled", "camera_archived", "agency_disabled",
}  # fmt: skip
MOST = 5000  # rows of a kind; the newest count


@dataclass(slots=True)
class Group:
    """All that carried one code. `kinds`: refused, stream, lease, with how many of each."""

    code: str
    text: str = ""
    count: int = 0
    first: datetime | None = None
    last: datetime | None = None
    kinds: dict[str, int] = field(default_factory=dict)
    cameras: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Error:
    kind: str
    camera_id: str
    line: Line


def rows(*, since: datetime, camera_id: str = "") -> list[Error]:
    """Newest first."""
    found = [*_refused(since, camera_id), *_troubled(since, camera_id), *_failed(since, camera_id)]
    return sorted(found, key=lambda error: error.line.at, reverse=True)


def groups(found: list[Error]) -> list[Group]:
    """By code, the most frequent first; the sentence is that of the newest."""
    by_code: dict[str, Group] = {}
    for error in found:
        at, code = error.line.at, error.line.code
        group = by_code.setdefault(code, Group(code, reasons.text(code, error.line.params), last=at))
        group.count += 1
        group.first = at
        group.kinds[error.kind] = group.kinds.get(error.kind, 0) + 1
        group.cameras.add(error.camera_id)
    return sorted(by_code.values(), key=lambda group: (-group.count, group.code))


def log_lines(*, since: datetime, camera_id: str = "") -> list[log_files.LogLine]:
    """Newest first, redacted once more: a line may quote what somebody else wrote."""
    clean = Redaction(known_secrets.of_settings()).clean
    found = sorted(log_files.loud(since=since, camera_id=camera_id), key=lambda line: line.at, reverse=True)
    return [log_files.LogLine(line.at, line.file, line.level, clean(line.message), {}) for line in found]


def _refused(since: datetime, camera_id: str) -> Iterator[Error]:
    asked = StreamRequest.objects.filter(at__gte=since, action="refuse", **_named("camera_ref", camera_id))
    for row in asked.select_related("user", "account").order_by("-pk")[:MOST]:
        yield Error("refused", row.camera_ref, Line(row.at, "refused", who(row), row.code, row.params))


def _troubled(since: datetime, camera_id: str) -> Iterator[Error]:
    """Every entry to RETRYING, and to STOPPING for a cause: what follows carries the same code again."""
    troubled = StreamEvent.objects.filter(at__gte=since, new__in=[StreamState.RETRYING, StreamState.STOPPING])
    troubled = troubled.exclude(code__in=ON_PURPOSE).filter(**_named("stream__camera__camera_id", camera_id))
    events = list(troubled.select_related("stream__camera").order_by("-pk")[:MOST])
    names = named({row.actor for row in events})
    for row in events:
        what = f"{row.old} → {row.new}"
        line = Line(row.at, what, names[row.actor], row.code, row.params, row.stream_id, row.generation)
        yield Error("stream", row.stream.camera.camera_id, line)


def _failed(since: datetime, camera_id: str) -> Iterator[Error]:
    failed = Reservation.objects.filter(state=ReservationState.FAILED, ended_at__gte=since)
    failed = failed.exclude(code__in=ON_PURPOSE).filter(**_named("camera__camera_id", camera_id))
    for row in failed.select_related("camera", "user", "account").order_by("-ended_at")[:MOST]:
        assert row.ended_at is not None
        line = Line(
            row.ended_at, "lease FAILED", who(row), row.code, row.params, row.stream_id, reservation=str(row.pk)
        )
        yield Error("lease", row.camera.camera_id, line)


def _named(column: str, camera_id: str) -> dict[str, str]:
    return {column: camera_id} if camera_id else {}
