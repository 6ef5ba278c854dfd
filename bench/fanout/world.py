"""`python -m bench.fanout.world`, in a stack's settings: a JSON line for each line read, of what is there now.

A process of its own, so that Django is loaded once and its cost is not the viewers'.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from typing import Any

import django

django.setup()

from streaming.media import janus_rooms  # noqa: E402 - Django first
from streaming.media.plane import plane  # noqa: E402
from streaming.models import JanusPeer, Reservation, Stream  # noqa: E402
from streaming.states import UNFINISHED, ReservationState  # noqa: E402


def look(*, rooms: bool) -> dict[str, Any]:
    """With `rooms`, who is in them is asked too, which costs Janus a call for each viewer."""
    return _counts() | (_rooms() if rooms else {})


def _counts() -> dict[str, Any]:
    """What must be 0 at the end; "pushers" are the running ones."""
    sfu, runner = plane().sfu, plane().runner
    pushers = runner.list()
    return {
        "leases": Reservation.objects.filter(state=ReservationState.ACTIVE).count(),
        "peers": JanusPeer.objects.count(),
        "streams": Stream.objects.filter(state__in=UNFINISHED).count(),
        "pushers": sum(pusher.running for pusher in pushers),
        "programs": len(pushers),
        "ingests": len(sfu.list_ingests()),
        "rooms": len(sfu.list_rooms()),
        "sessions": _sessions(),
    }


def _sessions() -> int:
    with janus_rooms.admin(janus_rooms.deadline()) as admin:
        return len(admin.post("", {"janus": "list_sessions"})["sessions"])


def _rooms() -> dict[str, dict[str, int]]:
    """By camera_id: ACTIVE leases, viewers whose peer connection is up, publishers with media."""
    active = Reservation.objects.filter(state=ReservationState.ACTIVE)
    leases = Counter(active.values_list("camera__camera_id", flat=True))
    viewers, publishers = Counter[str](), Counter[str]()
    for camera_id in {*leases, *plane().sfu.list_rooms()}:
        for participant in plane().sfu.participants(camera_id):
            (publishers if participant.publishing else viewers)[camera_id] += 1
    return {"by_lease": dict(leases), "by_room": dict(viewers), "by_publisher": dict(publishers)}


def main() -> None:
    for line in sys.stdin:
        asked = time.monotonic()
        found = look(rooms=line.strip() == "rooms")
        print(json.dumps({**found, "took": time.monotonic() - asked}), flush=True)


if __name__ == "__main__":
    main()
