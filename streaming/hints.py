"""A camera or an agency was edited: look sooner than the reconciler would (never more than a hint)."""

from __future__ import annotations

from typing import Any

from cameras.signals import agency_changed, camera_changed
from streaming import tasks


def _look(*, source_changed: bool = False, disabled: bool = False, archived: bool = False, **_: Any) -> None:
    if source_changed or disabled or archived:
        tasks.send_after_commit(tasks.reconcile)


def connect() -> None:
    camera_changed.connect(_look, dispatch_uid="streaming.hints.camera")
    agency_changed.connect(_look, dispatch_uid="streaming.hints.agency")
