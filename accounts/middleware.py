"""The reader's language and time zone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts.models import User


class PreferencesMiddleware:
    """Shows a logged-in user's pages in his language and his time zone.

    An explicit choice in the page's language switch (a cookie, which LocaleMiddleware has read already) wins over the
    profile. Both are put back afterwards, because the thread serves others next.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not isinstance(request.user, User):
            return self.get_response(request)
        with _language_of(request, request.user), timezone.override(_zone(request.user.time_zone)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            return response


def _language_of(request: HttpRequest, user: User) -> AbstractContextManager[None]:
    languages = {code for code, _ in settings.LANGUAGES}
    if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) in languages or user.language not in languages:
        return nullcontext()
    return translation.override(user.language)


def _zone(name: str) -> ZoneInfo | None:
    """None means the default: a zone that the machine's database no longer knows costs nobody his page."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
