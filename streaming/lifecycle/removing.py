"""Taking something away that is outside: by the reconciler, by an operator's reset."""

from __future__ import annotations

from streaming.lifecycle.transitions import generation_reached
from streaming.lifecycle.work import WorkLease
from streaming.media.plane import plane
from streaming.reconcile import Kind, Thing


def remove(thing: Thing, lease: WorkLease | None) -> None:
    """Gone when it returns; of pushers and ingests those of older generations too. Raises MediaError, LeaseLost.

    `lease`: its camera's; None for a camera that has no row.
    """
    if lease is not None:
        generation_reached(lease.camera_pk, thing.generation or 0)
        lease.check()
    media, up_to = plane(), thing.generation or 0
    match thing.kind:
        case Kind.PUSHER:
            media.runner.stop(thing.camera_id, up_to=up_to)
        case Kind.INGEST:
            media.sfu.delete_ingests(thing.camera_id, up_to=up_to)
        case Kind.ROOM:
            media.sfu.delete_room(thing.camera_id)
        case Kind.PATH:
            media.gateway.remove_path(thing.camera_id)
