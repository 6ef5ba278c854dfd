"""Language and time zone of whoever is logged in."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from accounts.middleware import PreferencesMiddleware
from accounts.models import User


def seen(user: Any, **cookies: str) -> tuple[str | None, str]:
    """The language and the time zone that a view meets."""
    met: list[tuple[str | None, str]] = []

    def view(request: HttpRequest) -> HttpResponse:
        met.append((translation.get_language(), timezone.get_current_timezone_name()))
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = user
    request.COOKIES.update(cookies)
    PreferencesMiddleware(view)(request)
    return met[0]


def test_the_profile_decides() -> None:
    assert seen(User(language="ar", time_zone="Asia/Dubai")) == ("ar", "Asia/Dubai")


def test_the_switch_in_the_page_wins_over_the_profile() -> None:
    user = User(language="ar", time_zone="Asia/Dubai")
    assert seen(user, django_language="en") == ("en", "Asia/Dubai")
    assert seen(user, django_language="xx") == ("ar", "Asia/Dubai")


@pytest.mark.parametrize("zone", ["", "Nowhere/Land", "../etc/passwd", "/", "a" * 5000])
def test_a_zone_nobody_knows_is_the_default(zone: str) -> None:
    assert seen(User(language="en", time_zone=zone)) == ("en", "UTC")


def test_nothing_is_left_for_the_next_reader() -> None:
    before = (translation.get_language(), timezone.get_current_timezone_name())
    seen(User(language="ar", time_zone="Asia/Tokyo"))
    assert (translation.get_language(), timezone.get_current_timezone_name()) == before


def test_the_page_tells_its_language(client: Client, operator_a: User) -> None:
    User.objects.update(language="ar")
    client.force_login(operator_a)
    answer = client.get("/")
    assert answer.headers["Content-Language"] == "ar"
    assert 'dir="rtl"' in answer.content.decode()
