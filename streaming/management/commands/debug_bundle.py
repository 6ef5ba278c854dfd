"""`manage.py debug_bundle [--output FILE.zip]`: what helps to find a fault, redacted (docs/operate/debug_bundle.md)."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from streaming.diagnosis.bundle import Bundle, bundle

PARTS_MISSING, USAGE = 1, 2
STDOUT = "-"


class Command(BaseCommand):
    help = "Writes a zip for support, without secrets. Exit code 0 whole, 1 with parts missing, 2 not written."
    requires_system_checks = []  # they are a part of it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", help="the file, new; - for standard output (debug-INSTANCE-TIME.zip here)")
        parser.add_argument("--json", action="store_true", help="say in JSON what was written")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["output"] or f"debug-{settings.INSTANCE_ID}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}.zip"
        found = bundle()
        if path == STDOUT:
            sys.stdout.buffer.write(found.data)
        else:
            _write(Path(path), found.data)
        told = _as_json(path, found) if options["json"] else _as_text(path, found)
        (self.stderr if path == STDOUT else self.stdout).write(told)
        if found.missing:
            sys.exit(PARTS_MISSING)


def _write(path: Path, data: bytes) -> None:
    """For its owner only: without secrets, but not for everybody."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=USAGE) from None


def _as_text(path: str, found: Bundle) -> str:
    lines = [f"{path}: {len(found.written)} files, {len(found.data) / 1024:.0f} kB"]
    return "\n".join([*lines, *(f"missing: {name}: {why.splitlines()[0]}" for name, why in found.missing.items())])


def _as_json(path: str, found: Bundle) -> str:
    told = {"file": path, "bytes": len(found.data), "written": found.written, "missing": found.missing}
    return json.dumps(told, indent=2, ensure_ascii=False)
