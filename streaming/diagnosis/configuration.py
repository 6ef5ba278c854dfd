"""Settings that hold together: Django's system checks, and keys that open what is encrypted."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import ERROR, WARNING, CheckMessage, run_checks

from cameras.fields import Sealed
from cameras.models import Camera
from streaming.diagnosis.verdicts import FAIL, OK, WARN, Verdict

IN_CONTAINERS = {"docker", "swarm", "auto"}
SHOWN = 5  # cameras that are named


def messages() -> list[CheckMessage]:
    """The usual checks, and the one of the pushers' network where pushers are containers."""
    found = list(run_checks())
    if settings.PUSHER_RUNNER in IN_CONTAINERS:
        found += run_checks(tags=["media"], include_deployment_checks=True)
    return [message for message in found if not message.is_silenced()]


def system_checks() -> Iterator[Verdict]:
    found = [message for message in messages() if message.level >= WARNING]
    if not found:
        yield Verdict("settings", OK, "all system checks pass")
    for message in found:
        level = FAIL if message.level >= ERROR else WARN
        yield Verdict(
            "settings", level, f"{message.id}: {message.msg}", str(message.hint or "docs/reference/settings.md")
        )


def keys() -> Iterator[Verdict]:
    """Every camera's credentials, opened with FIELD_ENCRYPTION_KEYS."""
    closed, count = [], 0
    columns = ("camera_id", "main_url", "sub_url", "username", "password")
    for row in Camera.objects.filter(archived_at=None).order_by("camera_id").values_list(*columns).iterator():
        count += 1
        if any(isinstance(value, Sealed) for value in row):
            closed.append(row[0])
    if not closed:
        yield Verdict("encryption key", OK, f"opens the credentials of all {count} cameras")
        return
    named = ", ".join(closed[:SHOWN]) + (", …" if len(closed) > SHOWN else "")
    seen = f"does not open {len(closed)} of {count} cameras: {named}"
    yield Verdict("encryption key", FAIL, seen, "put the old key back behind the new one; runbook, “Changing secrets”")
