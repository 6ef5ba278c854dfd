"""Pages in the reader's language, time zone and digits; a choice made before the login is taken up by it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts.models import User
from accounts.preferences import as_read_by, known_language
from accounts.services import preferences_set


class PreferencesMiddleware:
    """The profile decides, so that the next user of a browser reads as he likes and not as the one before.

    The language cookie is a visitor's choice, made at the login page: the first answer to somebody logged in clears it,
    and puts it into the profile of one who never chose. Whoever has chosen nothing at all reads what LocaleMiddleware
    found in his browser's wishes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._answer(request)
        if isinstance(request.user, User) and settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
            _take_up(request.user, request.COOKIES[settings.LANGUAGE_COOKIE_NAME])
            response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if not isinstance(request.user, User):
            return self.get_response(request)
        language = known_language(request.user.language) or translation.get_language() or settings.LANGUAGE_CODE
        with as_read_by(request.user, language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


def _take_up(user: User, cookie: str) -> None:
    if not user.language and known_language(cookie):
        preferences_set(user=user, language=cookie)
