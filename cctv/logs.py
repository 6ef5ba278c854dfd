"""Logs as JSON lines, with the ids of what they are about; never a credential."""

from __future__ import annotations

import json
import logging
import re

CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
IDS = ("camera_id", "reservation_id", "stream_id", "generation", "code")


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": CREDENTIALS.sub("***@", record.getMessage()),
        }
        line |= {name: str(value) for name in IDS if (value := getattr(record, name, None)) is not None}
        if record.exc_info:
            line["error"] = CREDENTIALS.sub("***@", self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
