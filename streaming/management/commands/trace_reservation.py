"""`manage.py trace_reservation ID | --camera X`: all that happened, by time (docs/operate/trace_reservation.md)."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cctv import clock
from streaming.diagnosis import trace, trace_report
from streaming.diagnosis.spans import span
from streaming.management.database import database_asked

UNKNOWN = 2


class Command(BaseCommand):
    help = "Tells all that happened to a reservation, or on a camera. Exit code 0 found, 2 unknown, 3 no database."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reservation", nargs="?", help="a reservation's id")
        parser.add_argument("--camera", help="a camera_id instead: everything on that camera")
        parser.add_argument(
            "--since", type=span, default=timedelta(hours=24), help="with --camera: 90s, 15m, 24h (24h)"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        with database_asked(self.stdout, as_json=options["json"]):
            found, now = _found(options), clock.now()
        if options["json"]:
            told = [json.dumps(trace_report.as_json(found, now=now), indent=2, ensure_ascii=False, default=str)]
        else:
            told = list(trace_report.as_text(found, now=now))
        self.stdout.write("\n".join(told))


def _found(options: dict[str, Any]) -> trace.Trace:
    named = options["reservation"]
    if bool(named) == bool(options["camera"]):
        raise CommandError("Name a reservation, or a camera with --camera.", returncode=UNKNOWN)
    if named:
        found = trace.of_reservation(_uuid(named))
    else:
        found = trace.of_camera(options["camera"], since=clock.now() - options["since"])
    if found is None:
        raise CommandError(f"Nothing is known of {named or options['camera']}.", returncode=UNKNOWN)
    return found


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise CommandError(f"{text} is not the id of a reservation.", returncode=UNKNOWN) from None
