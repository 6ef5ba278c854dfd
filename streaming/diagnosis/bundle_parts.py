"""The parts of a debug bundle: name of the file → what writes it. Each may fail by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection

from streaming.diagnosis import bundle_rows, checks, configuration, host_facts, known_secrets, log_files, versions
from streaming.diagnosis.status import Looker
from streaming.diagnosis.verdicts import FAIL
from streaming.media import plane as media
from streaming.media.ports import HlsSession, Ingest

LINES = 200  # of each log
Part = Callable[[], str]


def parts() -> dict[str, Part]:
    return {
        "versions.json": _json(versions.versions),
        "settings.json": _json(known_secrets.settings_shown),
        "system_checks.txt": lambda: "\n".join(map(str, configuration.messages())) or "none",
        "check_system.json": _json(_checks),
        "stream_status.json": _json(_of_database(_status)),
        "host.json": _json(host_facts.facts),
        "rows/counts.json": _json(_of_database(bundle_rows.counts)),
        "rows/open.json": _json(_of_database(bundle_rows.open_rows)),
        "rows/events.json": _json(_of_database(bundle_rows.events)),
        "rows/requests.json": _json(_of_database(bundle_rows.requests)),
        **_ports(),
        **{f"logs/{log_files.name(path)}": partial(_log, path) for path in log_files.files()},
    }


def _ports() -> dict[str, Part]:
    """The plane is asked for late, so that a wrong setting of one fails here and not before."""
    return {
        "ports/rooms.json": _json(_rooms),
        "ports/ingests.json": _json(lambda: [_ingest(each) for each in media.plane().sfu.list_ingests()]),
        "ports/paths.json": _json(lambda: media.plane().gateway.list_paths()),
        "ports/hls_sessions.json": _json(lambda: [_session(each) for each in media.plane().gateway.hls_sessions()]),
        "ports/pushers.json": _json(lambda: [asdict(each) for each in media.plane().runner.list()]),
    }


def _rooms() -> dict[str, Any]:
    sfu = media.plane().sfu
    return {camera_id: [asdict(person) for person in sfu.participants(camera_id)] for camera_id in sfu.list_rooms()}


def _ingest(ingest: Ingest) -> dict[str, Any]:
    """Without its URL: with LiveKit Ingress that holds the stream key."""
    return {"camera_id": ingest.camera_id, "generation": ingest.generation, "ingest_id": ingest.ingest_id}


def _session(session: HlsSession) -> dict[str, Any]:
    return {"session_id": session.session_id, "camera_id": session.camera_id}


def _checks() -> dict[str, Any]:
    found = list(checks.system(fast=True))
    return {"ok": all(each.level != FAIL for each in found), "checks": [each.as_json() for each in found]}


def _status() -> dict[str, Any]:
    return Looker(None).look().as_json()


def _of_database(read: Callable[[], Any]) -> Callable[[], Any]:
    """Raises at once where PostgreSQL is away."""

    def reading() -> Any:
        connection.ensure_connection()
        return read()

    return reading


def _json(read: Callable[[], Any]) -> Part:
    return lambda: json.dumps(read(), indent=1, ensure_ascii=False, default=str)


def _log(path: Path) -> str:
    return "\n".join(log_files.last_lines(path, LINES))
