"""Recent errors as a person reads them, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from streaming.diagnosis.errors import Error, Group
from streaming.diagnosis.log_files import LogLine

SHOWN_CAMERAS = 3


@dataclass(frozen=True, slots=True)
class Report:
    """`errors` and `logs` are the newest `limit` of each; `groups` counts all."""

    since: datetime
    groups: list[Group]
    errors: list[Error]
    logs: list[LogLine]
    log_count: int
    log_dir: str

    @property
    def any(self) -> bool:
        return bool(self.groups or self.log_count)


def as_json(report: Report) -> dict[str, Any]:
    return {
        "since": report.since.isoformat(),
        "groups": [_group(group) for group in report.groups],
        "errors": [{"kind": e.kind, "camera_id": e.camera_id} | e.line.as_json() for e in report.errors],
        "logs": {
            "folder": report.log_dir,
            "count": report.log_count,
            "lines": [
                {"at": line.at.isoformat(), "file": line.file, "level": line.level, "message": line.message}
                for line in report.logs
            ],
        },
    }


def as_text(report: Report) -> Iterator[str]:
    yield f"since {report.since:%Y-%m-%d %H:%M:%S}Z"
    if not report.groups:
        yield "no refusals, no streams in trouble, no failed leases"
    for group in report.groups:
        yield from _group_text(group)
    if report.errors:
        yield f"\nthe last {len(report.errors)}, newest first"
    for error in report.errors:
        yield f"{error.line.as_text()}  {error.camera_id}"
    yield from _logs(report)


def _logs(report: Report) -> Iterator[str]:
    if not report.log_dir:
        yield "\nno log files on this machine (LOG_DIR is not set)"
        return
    yield f"\nlog lines of WARNING and above: {report.log_count}"
    for line in report.logs:
        yield f"{line.at:%Y-%m-%d %H:%M:%S}Z  {line.level:<8}  {line.file}  {line.message}"


def _group(group: Group) -> dict[str, Any]:
    moments = {"first": group.first, "last": group.last}
    told = {name: at.isoformat() if at else None for name, at in moments.items()}
    return asdict(group) | told | {"kinds": dict(group.kinds), "cameras": sorted(group.cameras)}


def _group_text(group: Group) -> Iterator[str]:
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(group.kinds.items()))
    names = sorted(group.cameras)
    more = f" and {len(names) - SHOWN_CAMERAS} more" if len(names) > SHOWN_CAMERAS else ""
    yield f"\n{group.count:>5} × {group.code}: {group.text}"
    yield f"        {kinds}; {group.first:%H:%M:%S}Z to {group.last:%H:%M:%S}Z"
    yield f"        {', '.join(names[:SHOWN_CAMERAS])}{more}"
