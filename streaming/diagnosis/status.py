"""All cameras that are in use, and what is there without a row (docs/operate/stream_status.md)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from cctv import clock
from streaming.diagnosis.camera_status import CameraStatus, Seen
from streaming.diagnosis.usage import Meter
from streaming.invariants import Breach, broken
from streaming.lifecycle.invariants import row_breaches
from streaming.lifecycle.world import rows_now, world_now
from streaming.media.plane import plane
from streaming.media.ports import MediaError
from streaming.reconcile import Kind

Answer = TypeVar("Answer")
FIRST_SPAN = 1.0  # seconds between the two looks of which the first status is made
USAGE = "usage"  # in `failed_listings` beside the kinds


@dataclass(frozen=True, slots=True)
class Status:
    at: datetime
    cameras: list[CameraStatus]
    orphans: list[Breach]
    failed_listings: list[str]  # pusher, ingest, room, path, hls, usage

    @property
    def exit_code(self) -> int:
        """0 all agrees, 1 something differs or is flagged, 3 somebody could not be asked."""
        if self.failed_listings:
            return 3
        return 1 if self.orphans or any(camera.problems for camera in self.cameras) else 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"orphans": [orphan.as_json() for orphan in self.orphans]}


@dataclass
class Looker:
    """Looks as often as it is asked to.

    What differs outside has to differ in two looks in a row: it may be just under way.
    """

    camera_id: str | None = None
    _meter: Meter = field(default_factory=Meter)
    _differed: frozenset[Breach] | None = None

    def look(self) -> Status:
        """The first one takes two looks, FIRST_SPAN apart, so that there are rates."""
        if self._differed is None:
            self._look()
            time.sleep(FIRST_SPAN)
        return self._look()

    def _look(self) -> Status:
        failed: list[str] = []
        rates = _ask(USAGE, self._meter.look, failed)
        pushers = _ask(Kind.PUSHER, plane().runner.list, failed)
        world = world_now()  # before the rows: what is made between the two is not missed by its row
        failed += sorted(set(world.unlisted) - set(failed))
        differs = frozenset(broken(world, rows_now()))
        lasting = differs & (self._differed or frozenset())
        self._differed = differs
        breaches = [b for b in [*lasting, *row_breaches()] if self.camera_id in {None, b.camera_id}]
        seen = Seen(world, {p.camera_id: p for p in pushers or []}, rates or {}, breaches)
        return Status(clock.now(), seen.cameras(self.camera_id), seen.orphans(), failed)


def _ask(name: str, ask: Callable[[], Answer], failed: list[str]) -> Answer | None:
    try:
        return ask()
    except MediaError:
        failed.append(str(name))
        return None
