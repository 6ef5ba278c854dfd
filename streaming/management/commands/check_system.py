"""`manage.py check_system [--camera X] [--fast]`: is everything there, and right? (docs/operate/check_system.md)"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Generator
from contextlib import closing, suppress
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from streaming.diagnosis import checks
from streaming.diagnosis.smoke import smoke
from streaming.diagnosis.verdicts import FAIL, WARN, Verdict
from streaming.management.known import known_camera

FAILED, INTERRUPTED = 1, 130


class Command(BaseCommand):
    help = "Checks each dependency and invariant, and on request one camera. Exit code 0 ok, 1 a failure, 2 usage."
    requires_system_checks = []  # they are among what is told

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--camera", help="a camera_id: also watch it twice, and see that everything goes again")
        parser.add_argument("--fast", action="store_true", help="do not watch the world for lasting breaches")
        parser.add_argument("--json", action="store_true", help="one JSON object, at the end")

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_unknown(options["camera"])
        before = signal.signal(signal.SIGTERM, _interrupt)  # a camera that is tried is left as on Ctrl-C
        try:
            found = self._asked(options)
        except KeyboardInterrupt:
            raise CommandError("interrupted; leases of a try are released", returncode=INTERRUPTED) from None
        finally:
            signal.signal(signal.SIGTERM, before)
        if options["json"]:
            told = {"ok": not _failed(found), "checks": [verdict.as_json() for verdict in found]}
            self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))
        else:
            self.stdout.write(_summary(found))
        if _failed(found):
            sys.exit(FAILED)

    def _asked(self, options: dict[str, Any]) -> list[Verdict]:
        found = []
        with closing(_verdicts(options)) as verdicts:
            for verdict in verdicts:
                found.append(verdict)
                if not options["json"]:
                    self.stdout.write(verdict.as_text())
                    self.stdout.flush()
        return found


def _refuse_unknown(camera_id: str | None) -> None:
    """Before anything is asked; without a database the checks themselves will say so."""
    with suppress(Error):
        known_camera(camera_id)


def _verdicts(options: dict[str, Any]) -> Generator[Verdict, None, None]:
    down = False
    for verdict in checks.system(fast=options["fast"]):
        down = down or (verdict.level == FAIL and verdict.name in {"database", "migrations"})
        yield verdict
    if options["camera"] is not None and not down:
        with closing(smoke(options["camera"])) as tried:  # Ctrl-C between two verdicts releases its leases too
            yield from tried


def _failed(found: list[Verdict]) -> bool:
    return any(verdict.level == FAIL for verdict in found)


def _summary(found: list[Verdict]) -> str:
    failed, warned = (sum(verdict.level == level for verdict in found) for level in (FAIL, WARN))
    return f"{len(found)} checks: {failed} failed, {warned} warned"


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
