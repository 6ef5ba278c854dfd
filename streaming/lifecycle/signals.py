"""Hints from the rows to whoever runs media. Sent after commit; a lost one is made good by the reconciler.

hls_lease_ended(camera_pk): a viewer of HLS lost its lease, and may still play from the gateway.
"""

from __future__ import annotations

from django.db import transaction
from django.dispatch import Signal

hls_lease_ended = Signal()


def emit_hls_lease_ended(camera_pk: int) -> None:
    transaction.on_commit(lambda: hls_lease_ended.send_robust(sender=None, camera_pk=camera_pk), robust=True)
