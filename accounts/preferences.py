"""How somebody reads: his language, time zone and digits, by his profile or, where he chose none, his browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation.trans_real import parse_accept_lang_header

from accounts.models import User
from cctv import digits


def known_language(code: object) -> str:
    """The code, or "" where these pages are not in that language."""
    return str(code) if code in dict(settings.LANGUAGES) else ""


def language_of(reader: object, *, cookie: str = "", accept: str = "") -> str:
    """The profile's; else what was chosen in the switch before the login; else what the browser asks for."""
    chosen = known_language(getattr(reader, "language", "")) or known_language(cookie)
    return chosen or _asked_for(accept) or settings.LANGUAGE_CODE


def _asked_for(accept: str) -> str:
    for wanted, _ in parse_accept_lang_header(accept[:500]):
        if code := known_language(wanted.partition("-")[0]):
            return code
    return ""


def zone_of(reader: object) -> ZoneInfo | None:
    """None means the default: a zone that the machine's database no longer knows costs nobody his page."""
    try:
        return ZoneInfo(getattr(reader, "time_zone", ""))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@contextmanager
def as_read_by(reader: User, language: str) -> Iterator[None]:
    """Texts, times and numbers as he reads them; put back afterwards, because the thread serves others next."""
    with translation.override(language), timezone.override(zone_of(reader)), digits.override(reader.digits):
        yield
