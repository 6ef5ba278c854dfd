"""`manage.py recent_errors`: what went wrong lately, by code (docs/operate/recent_errors.md)."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from cctv import clock
from streaming.diagnosis import errors, errors_report
from streaming.diagnosis.spans import span
from streaming.management.database import database_asked
from streaming.management.known import known_camera

SOME = 1


class Command(BaseCommand):
    help = (
        "Counts refusals, streams in trouble, failed leases, loud log lines. "
        "Exit code 0 none, 1 some, 2 no such camera, 3 no database."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=span, default=timedelta(hours=1), help="90s, 15m, 24h, 7d (1h)")
        parser.add_argument("--camera", help="a camera_id: of this camera only")
        parser.add_argument("--limit", type=int, default=20, help="how many single ones of each are shown (20)")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        with database_asked(self.stdout, as_json=options["json"]):
            known_camera(options["camera"])
            report = _report(options)
        if options["json"]:
            told = json.dumps(errors_report.as_json(report), indent=2, ensure_ascii=False, default=str)
        else:
            told = "\n".join(errors_report.as_text(report))
        self.stdout.write(told)
        if report.any:
            sys.exit(SOME)


def _report(options: dict[str, Any]) -> errors_report.Report:
    since, limit = clock.now() - options["since"], max(0, options["limit"])
    found = errors.rows(since=since, camera_id=options["camera"] or "")
    logs = errors.log_lines(since=since, camera_id=options["camera"] or "")
    return errors_report.Report(
        since=since,
        groups=errors.groups(found),
        errors=found[:limit],
        logs=logs[:limit],
        log_count=len(logs),
        log_dir=settings.LOG_DIR,
    )
