"""Do rows and world agree? Every breach that lasts is a FAIL of its own."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from streaming.diagnosis.verdicts import FAIL, OK, WARN, Verdict
from streaming.invariants import INVARIANTS, Breach
from streaming.lifecycle.invariants import row_breaches, watched

SHOWN = 20


def of_rows() -> Iterator[Verdict]:
    yield from _verdicts(row_breaches(), "those of the rows hold (--fast: the world was not looked at)")


def lasting() -> Iterator[Verdict]:
    """Watches for as long as the reconciler needs to mend by itself, and no longer than there is something to watch."""
    found = watched(settings.ORPHAN_GRACE_SECONDS + 2 * settings.RECONCILE_SECONDS)
    if found.unlisted:
        seen = f"could not be listed, so nobody knows: {', '.join(found.unlisted)}"
        yield Verdict("invariants", WARN, seen, "the lines above say which media server is away; then `check_system`")
    well = f"all {len(INVARIANTS)} hold, rows and world agree"
    yield from _verdicts(found.breaches, "" if found.unlisted else well)


def _verdicts(breaches: list[Breach], well: str) -> Iterator[Verdict]:
    if well and not breaches:
        yield Verdict("invariants", OK, well)
    for breach in breaches[:SHOWN]:
        yield Verdict("invariants", FAIL, _seen(breach), _mend(breach.camera_id))
    if len(breaches) > SHOWN:
        yield Verdict("invariants", FAIL, f"and {len(breaches) - SHOWN} more", "`reconcile`, then `check_system` again")


def _seen(breach: Breach) -> str:
    params = ", ".join(f"{name} {value}" for name, value in dict(breach.params).items())
    return f"{breach.camera_id or 'system'}: broken: {INVARIANTS[breach.invariant]} ({breach.invariant}; {params})"


def _mend(camera_id: str) -> str:
    if not camera_id:
        return "`stream_status`: who watches what; docs/operate/troubleshooting.md"
    return f"`trace_reservation --camera {camera_id}`; `reconcile`; if it stays, `reset_streams --camera {camera_id}`"
