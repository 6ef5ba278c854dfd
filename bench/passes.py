"""`python -m bench.passes`: the beat's passes over 500 live streams with 2,000 leases, media in memory, rows real.

What is left is our own work: queries, the plan, the comparison. A PostgreSQL of its own is started and ended. Exit
code 1 where the reconciler's pass takes longer than 0.5 s (p95).
"""

from __future__ import annotations

import os
import sys
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from bench.figures import Row, table
from deploy.local.session import session

if TYPE_CHECKING:
    from streaming.tests.memory_plane import Memory

STREAMS, VIEWERS, REPEAT = 500, 4, 10
LIMIT_S = 0.5
LEASE_SECONDS = 3600  # nobody beats here


def main() -> int:
    with session() as found:
        os.environ.update(found.environment(), LEASE_SECONDS=str(LEASE_SECONDS))
        import django

        django.setup()
        rows = _measure()
    print(table(rows), flush=True)
    return 0 if all(row.verdict != "OVER" for row in rows) else 1


def _measure() -> list[Row]:
    from django.core.management import call_command

    from streaming import reconcile as pure
    from streaming.lifecycle import overdue, reconciling, watch, world

    call_command("migrate", interactive=False, verbosity=0)
    memory = _world_of(_plane())
    here, rows = world.world_now(), world.rows_now()
    assert (len(rows), len(here.things)) == (STREAMS, 4 * STREAMS)
    assert reconciling.reconcile() == pure.Plan(), "all is well, so there is nothing to do"
    acts: dict[str, tuple[Callable[[], object], float | None]] = {
        "reconcile: list, compare, act": (reconciling.reconcile, LIMIT_S),
        "  of that: the world": (world.world_now, None),
        "  of that: the rows": (world.rows_now, None),
        "  of that: the plan (pure)": (lambda: pure.plan(here, rows), None),
        "the second's look at pushers": (watch.watch_pushers, None),
        "the second's look for what is overdue": (overdue.overdue, None),
    }
    found = [_row(name, act, limit) for name, (act, limit) in acts.items()]
    memory.pushers.clear()
    return [*found, _row("all 500 pushers dead: seen and recorded", watch.watch_pushers, None, times=1)]


def _row(name: str, act: Callable[[], object], limit: float | None, times: int = REPEAT) -> Row:
    values = []
    for _ in range(times):
        began = time.monotonic()
        act()
        values.append(time.monotonic() - began)
    return Row(name=name, values=values, unit="s", limit=limit, at="p95", load=os.getloadavg()[0])


def _plane() -> Memory:
    """In every module that asks for it."""
    from streaming.media.plane import Plane
    from streaming.tests.memory_plane import Memory, MemoryGateway, MemoryRunner, MemorySfu

    memory = Memory()
    made = Plane(sfu=MemorySfu(memory), gateway=MemoryGateway(memory), runner=MemoryRunner(memory))  # type: ignore[arg-type]
    for name in [name for name in sys.modules if name.startswith("streaming.")]:
        if hasattr(sys.modules[name], "plane") and callable(sys.modules[name].plane):
            sys.modules[name].plane = lambda: made  # type: ignore[attr-defined]
    reconciling = sys.modules["streaming.lifecycle.reconciling"]
    reconciling.signalling = lambda: None  # type: ignore[attr-defined]
    return memory


def _world_of(memory: Memory) -> Memory:
    """500 cameras, live and watched: straight into the tables, and into the world."""
    from accounts.models import User
    from cameras.models import Agency, Camera
    from cctv import clock
    from streaming.media import names
    from streaming.media.ports import Ingest, PusherStatus
    from streaming.models import Reservation, Stream

    now = clock.now()
    agency = Agency.objects.create(code="BENCH", name_en="Bench")
    who = User.objects.create(username="bench")
    ids = [f"cam-{number:03}" for number in range(STREAMS)]
    cameras = Camera.objects.bulk_create(
        Camera(camera_id=name, agency=agency, name_en=name, main_url=f"rtsp://127.0.0.1/{name}", password="p")
        for name in ids
    )
    dates = {"state_since": now, "due_at": now, "started_at": now, "created_at": now, "live_at": now}
    streams = Stream.objects.bulk_create(
        Stream(camera=c, agency=agency, state="LIVE", generation=1, source_revision=c.source_revision, **dates)
        for c in cameras
    )
    until = now + timedelta(seconds=LEASE_SECONDS)
    leases = Reservation.objects.bulk_create(
        Reservation(
            id=uuid.uuid4(), stream=s, camera=s.camera, user=who, created_at=now, last_seen_at=now, expires_at=until
        )
        for s in streams
        for _ in range(VIEWERS)
    )
    for name in ids:
        memory.pushers[name] = PusherStatus(names.pusher(name), name, 1, running=True)
        memory.ingests[(name, 1)] = Ingest(name, 1, "in", "http://sfu")
    memory.rooms, memory.paths = set(ids), set(ids)
    for lease in leases:
        memory.viewers.setdefault(lease.camera.camera_id, set()).add(names.viewer(str(lease.pk)))
    return memory


if __name__ == "__main__":
    sys.exit(main())
