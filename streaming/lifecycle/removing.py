"""Taking something away that is outside: by the reconciler, by an operator's reset. The caller holds the work lease."""

from __future__ import annotations

from streaming.media.plane import plane
from streaming.reconcile import Kind, Thing


def remove(thing: Thing) -> None:
    """Gone when it returns; of pushers and ingests those of older generations too. Raises MediaError."""
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
