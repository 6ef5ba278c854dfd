"""The log files below LOG_DIR, where this machine has any: their last lines, and those that tell of trouble.

Our own programs write JSON lines with `level`; pushers write JSON lines with `event`, and their last one says how they
ended. Servers of others write what they like: those are for debug_bundle only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

LOUD = {"WARNING", "ERROR", "CRITICAL"}
READ = 2_000_000  # bytes of a file's end that are looked at


@dataclass(frozen=True, slots=True)
class LogLine:
    at: datetime
    file: str
    level: str
    message: str
    fields: dict[str, Any]


def files() -> list[Path]:
    """Log files by path, those of pushers too; none where LOG_DIR is not set or not there."""
    if not settings.LOG_DIR:
        return []
    folder = Path(settings.LOG_DIR)
    return sorted(path for path in folder.rglob("*.log") if path.is_file())


def name(path: Path) -> str:
    return str(path.relative_to(settings.LOG_DIR))


def last_lines(path: Path, count: int) -> list[str]:
    return _tail(path)[-count:]


def loud(*, since: datetime, camera_id: str = "") -> Iterator[LogLine]:
    """Lines of WARNING and above, and ends of pushers by an error; oldest first in each file."""
    for path in files():
        for text in _recent(path, since):
            line = _parsed(text, name(path))
            if line is not None and line.at >= since and camera_id in ("", line.fields.get("camera_id")):
                yield line


def _recent(path: Path, since: datetime) -> list[str]:
    """Nothing of a file that goes away meanwhile (a pusher's own does, with it), or may not be read."""
    with suppress(OSError):
        modified = datetime.fromtimestamp(path.stat().st_mtime, tz=since.tzinfo)
        return _tail(path) if modified >= since - timedelta(minutes=1) else []
    return []


def _tail(path: Path) -> list[str]:
    with path.open("rb") as file:
        size = path.stat().st_size
        file.seek(max(0, size - READ))
        lines = file.read(READ).decode(errors="replace").splitlines()
    return lines[1:] if size > READ else lines


def _parsed(text: str, file: str) -> LogLine | None:
    if not text.startswith("{"):
        return None
    try:
        fields = json.loads(text)
        at = datetime.fromisoformat(fields.get("at") or fields.get("ts"))
    except (ValueError, TypeError, AttributeError):
        return None
    if at.tzinfo is None:
        return None
    if fields.get("level") in LOUD:
        return LogLine(at, file, fields["level"], _message(fields), fields)
    if fields.get("event") == "exit" and fields.get("exit_code"):
        return LogLine(
            at, file, "WARNING", f"pusher ended: {fields.get('code')} {fields.get('detail', '')}".strip(), fields
        )
    return None


def _message(fields: dict[str, Any]) -> str:
    """With the last line of an error's traceback, which says what it was."""
    error = str(fields.get("error", "")).strip().splitlines()
    return " — ".join(filter(None, [str(fields.get("message", "")), error[-1] if error else ""]))
