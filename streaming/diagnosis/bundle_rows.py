"""The rows of a debug bundle: how many of each, those that are open, and the newest of what happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Count, Model, QuerySet

from cameras.fields import EncryptedTextField
from cctv import clock
from streaming.models import CameraWork, FirstSeen, Pass, Reservation, Stream, StreamEvent, StreamRequest
from streaming.querysets import ACTIVE
from streaming.states import UNFINISHED

OURS = ("accounts", "cameras", "quotas", "streaming", "walls")
NEWEST = 500
MOST = 2000
HIDDEN = {"token", "socket"}  # of a work lease and of a lease: not secret by nature, and of no use to a reader


def counts() -> dict[str, Any]:
    tables = {
        model._meta.label: model._default_manager.count()
        for app in OURS
        for model in apps.get_app_config(app).get_models()
    }
    return {
        "at": clock.now().isoformat(),
        "rows": tables,
        "streams_by_state": _by_state(Stream.objects.all()),
        "reservations_by_state": _by_state(Reservation.objects.all()),
    }


def _by_state(rows: QuerySet[Any]) -> dict[str, int]:
    return dict(rows.order_by().values_list("state").annotate(n=Count("pk")))


def open_rows() -> dict[str, Any]:
    streams = Stream.objects.filter(state__in=UNFINISHED).select_related("camera")
    leases = Reservation.objects.filter(ACTIVE).select_related("camera")
    return {
        "streams": [columns(row) | {"camera_id": row.camera.camera_id} for row in streams[:MOST]],
        "leases": [columns(row) | {"camera_id": row.camera.camera_id} for row in leases[:MOST]],
        "camera_work": _all(CameraWork.objects.filter(camera__streams__state__in=UNFINISHED).distinct()),
        "first_seen": _all(FirstSeen.objects.all()),
        "passes": _all(Pass.objects.all()),
    }


def events() -> list[dict[str, Any]]:
    rows = StreamEvent.objects.select_related("stream__camera").order_by("-pk")[:NEWEST]
    return [columns(row) | {"camera_id": row.stream.camera.camera_id} for row in rows]


def requests() -> list[dict[str, Any]]:
    return _all(StreamRequest.objects.order_by("-pk"), NEWEST)


def _all(rows: Iterable[Model] | QuerySet[Any], most: int = MOST) -> list[dict[str, Any]]:
    return (
        [columns(row) for row in list(rows)[:most]]
        if not isinstance(rows, QuerySet)
        else [columns(row) for row in rows[:most]]
    )


def columns(row: Model) -> dict[str, Any]:
    """Every column by name, but what is encrypted at rest."""
    fields = [field for field in row._meta.local_fields if not isinstance(field, EncryptedTextField)]
    return {field.attname: getattr(row, field.attname) for field in fields if field.name not in HIDDEN}
