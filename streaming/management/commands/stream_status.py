"""`manage.py stream_status`: rows beside what is really there (docs/operate/stream_status.md)."""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from streaming.diagnosis import output
from streaming.diagnosis.status import Looker, Status
from streaming.management.database import database_asked
from streaming.management.known import known_camera

CLEAR = "\x1b[H\x1b[2J"


def seconds(text: str) -> float:
    value = float(text)
    if not 0.1 <= value <= 3600:
        raise argparse.ArgumentTypeError("between 0.1 and 3600 seconds")
    return value


class Command(BaseCommand):
    help = "Shows each camera's stream and leases beside pusher, ingest, room and path, and what each pusher uses."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--watch", nargs="?", type=seconds, const=2.0, metavar="SECONDS", help="again and again (2)"
        )
        parser.add_argument("--camera", help="this one only, in use or not")
        parser.add_argument("--json", action="store_true", help="one document; with --watch one line each time")

    def handle(self, *args: Any, **options: Any) -> None:
        with database_asked(self.stdout, as_json=options["json"]):
            looker = Looker(known_camera(options["camera"]))
            if options["watch"]:
                self._watch(looker, options)
            else:
                status = looker.look()
                self._show(status, options)
                sys.exit(status.exit_code)

    def _watch(self, looker: Looker, options: dict[str, Any]) -> None:
        try:
            while True:
                self._show(looker.look(), options)
                time.sleep(options["watch"])
        except KeyboardInterrupt:
            self.stdout.write("")

    def _show(self, status: Status, options: dict[str, Any]) -> None:
        if options["json"]:
            indent = None if options["watch"] else 2
            self.stdout.write(json.dumps(status.as_json(), default=datetime.isoformat, indent=indent))
        else:
            clear = CLEAR if options["watch"] and self.stdout.isatty() else ""
            self.stdout.write(clear + "\n".join(output.lines(status)))
        self.stdout.flush()
