"""`manage.py reconcile`: one pass of the reconciler by hand (docs/operate/reconcile.md)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from streaming.diagnosis.reconciliation import OF_STREAMS, Finding, Pass, one_pass
from streaming.management.database import database_asked


class Command(BaseCommand):
    help = "Compares what is outside with the rows, as the beat does, acts, and says what was found and done."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what there is to do")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        with database_asked(self.stdout, as_json=options["json"]):
            told = one_pass(dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(told.as_json(), indent=2))
        else:
            self.stdout.write("\n".join(lines(told)))
        sys.exit(told.exit_code)


def lines(told: Pass) -> Iterator[str]:
    yield from map(_line, told.found)
    yield from (f"CANNOT BE LISTED, left alone: {kind}" for kind in told.failed_listings)
    if not told.found:
        yield "nothing to do"


def _line(finding: Finding) -> str:
    generation = "" if finding.generation is None else f" g{finding.generation}"
    subject = f"{finding.camera_id} {finding.what}{generation}"
    done = {None: "to do", True: "done", False: "not yet"}[finding.done]
    return f"{done:<8} {finding.action:<10} {subject}" + (f": {why}" if (why := OF_STREAMS.get(finding.action)) else "")
