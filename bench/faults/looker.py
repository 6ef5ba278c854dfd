"""Asked line by line, with the stack's settings: `python -m bench.faults.looker`. JSON in, JSON out, until stdin ends.

One process for all looks: Python and Django cost more than the look itself.
"""

# ruff: noqa: E402
from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()  # the imports below need it

from django.conf import settings
from django.db import close_old_connections

from streaming.invariants import broken
from streaming.lifecycle.invariants import row_breaches
from streaming.lifecycle.world import rows_now, world_now
from streaming.media import janus_rooms
from streaming.media.janus_client import NO_SUCH_ROOM, ROOM_NOT_OURS, JanusRefused
from streaming.media.plane import plane
from streaming.models import Reservation, Stream
from streaming.reconcile import Kind

SECRET = "of-somebody-else"
NAMES = ("state", "generation", "code")


def breaches() -> list[dict[str, Any]]:
    """As streaming.lifecycle.invariants has them; a kind that cannot be listed counts too, since nothing is known."""
    world = world_now()
    found = [found.as_json() for found in [*row_breaches(), *broken(world, rows_now())]]
    return found + [{"invariant": "not_listed", "kind": kind.value} for kind in Kind if kind not in world.listed]


def rows() -> dict[str, Any]:
    """The newest stream of each camera, and every lease that is ACTIVE."""
    streams = Stream.objects.order_by("camera_id", "-generation").distinct("camera_id")
    found = streams.values_list("camera__camera_id", "state", "generation", "code")
    active = Reservation.objects.filter(state="ACTIVE").values_list("camera__camera_id", "pk")
    return {
        "streams": {camera_id: dict(zip(NAMES, more, strict=True)) for camera_id, *more in found},
        "leases": [[camera_id, str(pk)] for camera_id, pk in active],
    }


def rooms() -> list[str]:
    """The names of all, whosever they are."""
    with janus_rooms.api(janus_rooms.deadline()) as api, janus_rooms.control(api) as handle:
        listed = handle.request(request="list", admin_key=settings.JANUS_ADMIN_SECRET)["list"]
        return sorted(str(room["room"]) for room in listed)


def our_room(camera_id: str) -> None:
    plane().sfu.ensure_room(camera_id)


def foreign_room(name: str) -> None:
    with janus_rooms.api(janus_rooms.deadline()) as api, janus_rooms.control(api) as handle:
        key = settings.JANUS_ADMIN_SECRET
        more = {"description": "somebody/else", "secret": SECRET, "is_private": True}
        handle.request(request="create", room=name, admin_key=key, **more)


def foreign_room_goes(name: str) -> None:
    with janus_rooms.api(janus_rooms.deadline()) as api, janus_rooms.control(api) as handle:
        try:
            handle.request(request="destroy", room=name, secret=SECRET)
        except JanusRefused as error:
            # By now it may be gone, or ours: then it is not for this to remove.
            if error.number not in (NO_SUCH_ROOM, ROOM_NOT_OURS):
                raise


ASKS: dict[str, Callable[..., Any]] = {
    call.__name__: call for call in (breaches, rows, rooms, our_room, foreign_room, foreign_room_goes)
}


def answer(line: str) -> dict[str, Any]:
    """{"answer": …}, or {"error": …} where a server that the look needs is away."""
    asked, *arguments = json.loads(line)
    try:
        close_old_connections()
        return {"answer": ASKS[asked](*arguments)}
    except Exception as error:  # noqa: BLE001 - whatever is away, the next look may see more
        return {"error": f"{type(error).__name__}: {error}"[:200]}


def main() -> None:
    print(json.dumps({"answer": "ready"}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(line)), flush=True)


if __name__ == "__main__":
    main()
