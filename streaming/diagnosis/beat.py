"""Does the beat's work come through? By the age of each pass that was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from cctv import clock
from streaming.diagnosis.verdicts import FAIL, OK, WARN, Verdict
from streaming.models import Pass

MEND = "are beat and worker-tick running (`make demo-status`, `docker compose ps`)? `recent_errors`, their logs"
USAGE_SECONDS = 60  # numbers for a page; nothing depends on them


def limits() -> dict[str, float]:
    """Name of a pass → seconds after which it should have come through again."""
    tick = max(5.0, 5 * settings.TICK_SECONDS)
    return {"overdue": tick, "pushers": tick, "reconcile": 3 * settings.RECONCILE_SECONDS, "usage": USAGE_SECONDS}


def passes() -> Iterator[Verdict]:
    rows, now = {row.name: row for row in Pass.objects.all()}, clock.now()
    for name, limit in limits().items():
        yield _verdict(name, limit, rows.get(name), now)


def _verdict(name: str, limit: float, row: Pass | None, now: datetime) -> Verdict:
    label, late = f"beat {name}", WARN if name == "usage" else FAIL
    if row is None:
        return Verdict(label, late, "it never came through", MEND)
    age = (now - row.ended_at).total_seconds()
    seen = f"{age:.1f} s ago (at most {limit:g}), took {row.seconds * 1000:.0f} ms"
    return Verdict(label, OK, seen) if age < limit else Verdict(label, late, seen, MEND)
