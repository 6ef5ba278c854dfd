"""The program's output: one JSON object a line."""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import UTC, datetime
from typing import TextIO

from whip_pusher.exits import Exit
from whip_pusher.redact import Redactor

STARTED = time.monotonic()


class Reporter:
    """Writes events with camera, generation and the milliseconds since the program's start; redacts every string."""

    def __init__(self, echo: dict[str, str], redactor: Redactor, stream: TextIO | None = None) -> None:
        self._echo, self._redactor = echo, redactor
        self._stream: TextIO | None = stream or sys.stdout  # None where that was closed from the start
        self._lock = threading.Lock()

    def emit(self, event: str, **fields: object) -> None:
        """Write one line. A reader that went away is no reason to stop a stream."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        head = {"ts": now, "event": event, **self._echo, "elapsed_ms": round((time.monotonic() - STARTED) * 1000)}
        cleaned = {
            key: self._redactor.clean(value) if isinstance(value, str) else value for key, value in fields.items()
        }
        line = json.dumps({**head, **cleaned}, ensure_ascii=False)
        if self._stream is None:
            return
        try:
            with self._lock:
                self._stream.write(line + "\n")
                self._stream.flush()
        except (OSError, ValueError):
            pass

    def exit(self, code: Exit, detail: str = "") -> None:
        """The last line of a run."""
        self.emit("exit", code=code.word, exit_code=int(code), detail=detail)
