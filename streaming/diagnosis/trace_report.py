"""A trace as a person reads it, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cctv import reasons
from streaming.diagnosis.actors import who
from streaming.diagnosis.trace import Trace
from streaming.models import CameraWork, Reservation, Stream


def as_json(trace: Trace, *, now: datetime) -> dict[str, Any]:
    return {
        "now": now.isoformat(),
        "camera_id": trace.camera_id,
        "reservation": _lease(trace.reservation) if trace.reservation else None,
        "streams": [_stream(stream) for stream in trace.streams],
        "work": _work(trace.work, now) if trace.work else None,
        "truncated": _iso(trace.cut),
        "lines": [line.as_json() for line in trace.lines],
    }


def as_text(trace: Trace, *, now: datetime) -> Iterator[str]:
    yield f"camera       {trace.camera_id}"
    if trace.reservation:
        yield f"reservation  {trace.reservation.pk}  {_standing(trace.reservation.state, trace.reservation)}"
        yield f"holder       {who(trace.reservation)}, by {trace.reservation.transport}"
    for stream in trace.streams:
        yield f"stream       {stream.pk}  g{stream.generation}  {_standing(stream.state, stream)}"
    if trace.work:
        yield f"work lease   {_work_text(trace.work, now)}"
    yield f"now          {_moment(now)}"
    if trace.cut:
        yield f"truncated    what was up to {_moment(trace.cut)} is left out; ask for less with --since"
    yield ""
    yield from (line.as_text() for line in trace.lines)


def _standing(state: str, row: Reservation | Stream) -> str:
    return f"{state}  {row.code}: {reasons.text(row.code, row.params)}" if row.code else state


def _work_text(work: CameraWork, now: datetime) -> str:
    held = "free" if work.until is None else f"held until {_moment(work.until)}"
    over = " (over: another worker may take it)" if work.until and work.until <= now else ""
    return f"{held}{over}, generation {work.generation}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03}Z"


def _lease(row: Reservation) -> dict[str, Any]:
    moments = ("created_at", "joined_at", "last_seen_at", "frames_at", "paused_since", "expires_at", "ended_at")
    return {
        "id": str(row.pk),
        "state": row.state,
        "code": row.code,
        "text": reasons.text(row.code, row.params) if row.code else "",
        "holder": who(row),
        "asked": row.asked,
        "transport": row.transport,
        "quality": row.quality,
        "frames_decoded": row.frames_decoded,
        "reported": row.reported,
    } | {name: _iso(getattr(row, name)) for name in moments}


def _stream(row: Stream) -> dict[str, Any]:
    return {
        "id": row.pk,
        "generation": row.generation,
        "state": row.state,
        "code": row.code,
        "created_at": _iso(row.created_at),
        "live_at": _iso(row.live_at),
        "ended_at": _iso(row.ended_at),
    }


def _work(row: CameraWork, now: datetime) -> dict[str, Any]:
    held = row.until is not None and row.until > now
    return {
        "held": held,
        "until": _iso(row.until),
        "generation": row.generation,
        "ingests_ended": row.ingests_ended,
        "transcodes": row.transcodes,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
