"""Hints from the rows to whoever runs media. Sent after commit; a lost one is made good by the reconciler.

hls_lease_ended(camera_pk): a viewer of HLS lost its lease, and may still play from the gateway.
layers_left(stream_pk): a viewer of a camera with a sub-stream left; what it wanted may be nobody's wish any more.
"""

from __future__ import annotations

from django.db import transaction
from django.dispatch import Signal

hls_lease_ended = Signal()
layers_left = Signal()


def emit_hls_lease_ended(camera_pk: int) -> None:
    transaction.on_commit(lambda: hls_lease_ended.send_robust(sender=None, camera_pk=camera_pk), robust=True)


def emit_layers_left(stream_pk: int) -> None:
    transaction.on_commit(lambda: layers_left.send_robust(sender=None, stream_pk=stream_pk), robust=True)
