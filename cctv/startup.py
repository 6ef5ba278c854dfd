"""Servers and workers refuse to start on a wrong setting, as manage.py does (DESIGN §7)."""

from __future__ import annotations

from django.core.checks import ERROR, Tags, run_checks
from django.core.exceptions import ImproperlyConfigured


def refuse_wrong_settings() -> None:
    """Raises ImproperlyConfigured with every problem at once; asks no database."""
    found = [message for message in run_checks(tags=[Tags.security]) if message.level >= ERROR]
    if found:
        raise ImproperlyConfigured("\n".join(str(message) for message in found))
