"""`manage.py reset_streams --camera X | --all`: the emergency reset (docs/operate/reset_streams.md)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from streaming.diagnosis.reset import Report, preview, reset
from streaming.management.database import database_asked
from streaming.management.known import known_camera
from streaming.reconcile import Thing

ACTOR = "operator"
NOT_VERIFIED = 1


class Command(BaseCommand):
    help = "Ends leases and streams of a camera, or of all, removes everything outside, and verifies that it is gone."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--camera", help="its camera_id")
        which.add_argument("--all", action="store_true", help="every camera, and what is outside without a row")
        parser.add_argument("--dry-run", action="store_true", help="only say what would end and go")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        with database_asked(self.stdout, as_json=options["json"]):
            only = known_camera(options["camera"])
            report = preview(only) if options["dry_run"] else reset(only, actor=ACTOR)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), indent=2))
        else:
            self.stdout.write("\n".join(lines(report)))
        sys.exit(0 if report.complete else NOT_VERIFIED)


def lines(report: Report) -> Iterator[str]:
    would = "would be " if report.dry_run else ""
    for ended in report.cameras:
        lives = ", ".join(f"g{generation}" for generation in ended.generations) or "none"
        yield f"{ended.camera_id}: {ended.leases} leases {would}revoked, streams {would}ended: {lives}"
    yield from (f"{would}removed: {_told(thing)}" for thing in report.removed)
    yield from (f"STILL THERE: {_told(thing)}" for thing in report.left)
    yield from (f"CANNOT BE LISTED: {kind}" for kind in report.unlisted)
    yield from (f"LOCKED, its rows are as they were: {camera_id}" for camera_id in report.locked)
    yield from (f"STILL STOPPING, the beat goes on with it: {camera_id}" for camera_id in report.stopping)
    if not report.dry_run:
        yield "verified: nothing is left" if report.complete else "NOT verified"


def _told(thing: Thing) -> str:
    return f"{thing.kind} {thing.camera_id}" + ("" if thing.generation is None else f" g{thing.generation}")
