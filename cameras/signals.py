"""Hints to whoever runs media that something changed. Sent after commit; a lost one is made good by the reconciler.

camera_changed(camera_pk, source_changed, disabled, archived): the flags say what *this* change did; all False means
another change (a name, an agency, enabled again).
agency_changed(agency_pk, disabled).
"""

from __future__ import annotations

from django.db import transaction
from django.dispatch import Signal

camera_changed = Signal()
agency_changed = Signal()


def emit_camera(
    camera_pk: int, *, source_changed: bool = False, disabled: bool = False, archived: bool = False
) -> None:
    flags = {"source_changed": source_changed, "disabled": disabled, "archived": archived}
    _after_commit(camera_changed, camera_pk=camera_pk, **flags)


def emit_agency(agency_pk: int, *, disabled: bool = False) -> None:
    _after_commit(agency_changed, agency_pk=agency_pk, disabled=disabled)


def _after_commit(signal: Signal, **news: object) -> None:
    """Robust twice: a receiver that fails keeps the others from nothing, nor the answer from being sent."""
    transaction.on_commit(lambda: signal.send_robust(sender=None, **news), robust=True)
