"""Status as a table for a terminal of 160 columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from streaming.diagnosis.camera_status import HIGH, CameraStatus, Pusher
from streaming.diagnosis.status import USAGE, Status
from streaming.diagnosis.usage import CPU_HIGH, Rate
from streaming.invariants import INVARIANTS, Breach
from streaming.reconcile import Kind

# Headings with their widths; a minus aligns to the right. With a camera_id of 48 characters that makes 160 columns.
COLUMNS = {
    "state": 8, "since": -6, "gen": -4, "reason": 19, "leases": 11, "pusher": 11, "ingest": 7, "room": 6, "path": 4,
    "cpu%": -5, "MB": -5, "in": -6, "out": -6,
}  # fmt: skip
UNKNOWN, NONE = "?", "-"
FLAGS = {HIGH: f"The pusher needs more than {CPU_HIGH:.0f} % of a core."}


def lines(status: Status) -> Iterator[str]:
    yield summary(status)
    if status.cameras:
        width = max(6, *(len(camera.camera_id) for camera in status.cameras))
        yield _line("camera", width, list(COLUMNS))
        for camera in status.cameras:
            yield _line(camera.camera_id, width, list(_cells(camera, status)))
            yield from (f"  ! {code}: {FLAGS.get(code) or INVARIANTS.get(code, '')}" for code in camera.problems)
    if status.orphans:
        yield "without a row:"
        yield from (f"  {orphan_text(orphan)}" for orphan in status.orphans)
    if status.failed_listings:
        yield f"could not be asked (shown as {UNKNOWN}): {', '.join(status.failed_listings)}"


def summary(status: Status) -> str:
    leases = sum(camera.leases.active for camera in status.cameras)
    flagged = sum(bool(camera.problems) for camera in status.cameras)
    counts = f"{len(status.cameras)} cameras, {leases} leases; {flagged} flagged, {len(status.orphans)} without a row"
    return f"{status.at:%Y-%m-%d %H:%M:%S}Z  {counts}"


def orphan_text(orphan: Breach) -> str:
    """`pusher cam-9 g3`, `viewer_… in the room of cam-9`."""
    params = dict(orphan.params)
    if "kind" in params:
        generation = f" g{params['generation']}" if params["generation"] is not None else ""
        return f"{params['kind']} {orphan.camera_id}{generation}"
    if "identity" in params:
        return f"{params['identity']} in the room of {orphan.camera_id}"
    return f"HLS of {orphan.camera_id} by {params.get('viewer') or 'somebody without a token'}"


def _line(camera_id: str, width: int, cells: list[str]) -> str:
    fitted = [_fit(cell, space) for cell, space in zip(cells, COLUMNS.values(), strict=True)]
    return " ".join([camera_id.ljust(width), *fitted]).rstrip()


def _fit(text: str, space: int) -> str:
    width = abs(space)
    short = text if len(text) <= width else text[: width - 1] + "…"
    return short.rjust(width) if space < 0 else short.ljust(width)


def _cells(camera: CameraStatus, status: Status) -> Iterator[str]:
    life, leases, failed = camera.life, camera.leases, status.failed_listings
    yield life.state if life else NONE
    yield age(life.since, status.at) if life else NONE
    yield str(life.generation) if life else NONE
    yield (life.code if life else "") or NONE
    yield "/".join(str(count) for count in (leases.active, leases.joined, leases.paused, leases.stalled))
    yield UNKNOWN if Kind.PUSHER in failed else _pusher(camera.pusher)
    yield UNKNOWN if camera.ingests is None else ",".join(f"g{number}" for number in camera.ingests) or NONE
    yield _room(camera)
    yield {None: UNKNOWN, True: "yes", False: NONE}[camera.path]
    yield from _usage(camera.pusher, known=USAGE not in failed)


def _pusher(pusher: Pusher | None) -> str:
    if pusher is None:
        return NONE
    if pusher.running:
        return f"g{pusher.generation} " + ("sick" if pusher.reason == "unhealthy" else "runs")
    return f"g{pusher.generation} " + (f"exit {pusher.exit_code}" if pusher.exit_code is not None else "ended")


def _room(camera: CameraStatus) -> str:
    """`g4+2`: generation 4 publishes to two viewers; `-+0`: an empty room."""
    if camera.room is None:
        return UNKNOWN
    if not camera.room.present:
        return NONE
    publisher = NONE if camera.room.publishing is None else f"g{camera.room.publishing}"
    return f"{publisher}+{camera.room.participants}"


def _usage(pusher: Pusher | None, *, known: bool) -> Iterator[str]:
    used = (pusher.usage if pusher else None) or Rate()
    for number in (used.cpu_percent, used.memory_mb, used.received_kbps, used.sent_kbps):
        yield UNKNOWN if not known else NONE if number is None else f"{number:.1f}" if number < 100 else f"{number:.0f}"


def age(since: datetime, now: datetime) -> str:
    """12s, 3m05s, 2h10m, 4d03h: never longer than six characters for the first hundred days."""
    seconds = max(0, int((now - since).total_seconds()))
    for unit, length, smaller, part in (("d", 86400, "h", 3600), ("h", 3600, "m", 60), ("m", 60, "s", 1)):
        if seconds >= length:
            return f"{seconds // length}{unit}{seconds % length // part:02d}{smaller}"
    return f"{seconds}s"
