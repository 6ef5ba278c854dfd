"""A camera or an agency was edited, a viewer left: look sooner than the reconciler would (no more)."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from cameras.signals import agency_changed, camera_changed
from streaming import tasks
from streaming.lifecycle.signals import hls_lease_ended, layers_left


def _look(*, source_changed: bool = False, disabled: bool = False, archived: bool = False, **_: Any) -> None:
    if source_changed or disabled or archived:
        tasks.send_after_commit(tasks.reconcile)


def _kick(*, camera_pk: int, **_: Any) -> None:
    if settings.GATEWAY == "mediamtx":  # elsewhere the lease is asked with every file
        tasks.send_after_commit(tasks.kick_hls, camera_pk)


def _feed(*, stream_pk: int, **_: Any) -> None:
    tasks.send_after_commit(tasks.layers, stream_pk)


def connect() -> None:
    camera_changed.connect(_look, dispatch_uid="streaming.hints.camera")
    agency_changed.connect(_look, dispatch_uid="streaming.hints.agency")
    hls_lease_ended.connect(_kick, dispatch_uid="streaming.hints.hls")
    layers_left.connect(_feed, dispatch_uid="streaming.hints.layers")
