"""Language, time zone, digits and theme of whoever is logged in, and of the next user of his browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from accounts.middleware import PreferencesMiddleware
from accounts.models import User
from accounts.preferences import language_of
from cctv import digits
from tests.cast import PASSWORD, make_user


def seen(user: Any, **cookies: str) -> tuple[str | None, str, str]:
    """The language, the time zone and the digits that a view meets."""
    met: list[tuple[str | None, str, str]] = []

    def view(request: HttpRequest) -> HttpResponse:
        met.append((translation.get_language(), timezone.get_current_timezone_name(), digits.active()))
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = user
    request.COOKIES.update(cookies)
    PreferencesMiddleware(view)(request)
    return met[0]


@pytest.fixture
def quick_passwords(settings: Any, db: None) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def log_in(browser: Client, username: str) -> None:
    assert browser.post("/login", {"username": username, "password": PASSWORD}).status_code == 302


def language_shown(browser: Client, path: str = "/profile") -> str:
    return browser.get(path).headers["Content-Language"]


def test_the_profile_decides() -> None:
    assert seen(User(language="ar", time_zone="Asia/Dubai")) == ("ar", "Asia/Dubai", "latn")
    assert seen(User(language="en", time_zone="Asia/Dubai"), django_language="ar")[0] == "en"


def test_digits_are_arabic_by_choice_and_in_arabic_only() -> None:
    assert seen(User(language="ar", digits="arab"))[2] == "arab"
    assert seen(User(language="en", digits="arab"))[2] == "latn"


@pytest.mark.parametrize("zone", ["", "Nowhere/Land", "../etc/passwd", "/", "a" * 5000])
def test_a_zone_nobody_knows_is_the_default(zone: str) -> None:
    assert seen(User(language="en", time_zone=zone))[:2] == ("en", "UTC")


def test_nothing_is_left_for_the_next_reader() -> None:
    before = (translation.get_language(), timezone.get_current_timezone_name(), digits.active())
    seen(User(language="ar", time_zone="Asia/Tokyo", digits="arab"))
    assert (translation.get_language(), timezone.get_current_timezone_name(), digits.active()) == before


def test_the_page_tells_its_language(client: Client, operator_a: User) -> None:
    User.objects.update(language="ar")
    client.force_login(operator_a)
    answer = client.get("/")
    assert answer.headers["Content-Language"] == "ar"
    assert 'dir="rtl"' in answer.content.decode()


def test_the_switch_saves_to_the_profile_and_returns_to_the_page(client: Client, operator_a: User) -> None:
    client.force_login(operator_a)
    answer = client.post("/language", {"language": "ar", "next": "/stats"})
    operator_a.refresh_from_db()
    assert (operator_a.language, answer.headers["Location"]) == ("ar", "/stats")
    assert language_shown(client) == "ar"
    assert not client.cookies.get("django_language")


@pytest.mark.parametrize("where", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_the_switch_never_leads_to_another_site(client: Client, operator_a: User, where: str) -> None:
    client.force_login(operator_a)
    assert client.post("/language", {"language": "ar", "next": where}).headers["Location"] == "/"


def test_a_language_nobody_knows_changes_nothing(client: Client, operator_a: User) -> None:
    client.force_login(operator_a)
    client.post("/language", {"language": "xx"})
    operator_a.refresh_from_db()
    assert operator_a.language == ""


def test_the_switch_takes_a_post(client: Client, operator_a: User) -> None:
    client.force_login(operator_a)
    assert client.get("/language").status_code == 405


@pytest.mark.usefixtures("quick_passwords")
def test_the_next_user_of_a_browser_reads_his_own_language() -> None:
    browser = Client()
    for name, language in (("ali", "en"), ("sara", "en")):
        User.objects.filter(pk=make_user(name, password=PASSWORD).pk).update(language=language)
    log_in(browser, "ali")
    browser.post("/language", {"language": "ar"})
    browser.post("/logout")
    log_in(browser, "sara")
    assert language_shown(browser) == "en"
    browser.post("/logout")
    log_in(browser, "ali")
    assert language_shown(browser) == "ar"


@pytest.mark.usefixtures("quick_passwords")
def test_a_choice_at_the_login_page_is_kept_by_one_who_never_chose_and_by_nobody_after_him() -> None:
    browser = Client()
    ali = make_user("ali", password=PASSWORD)
    make_user("sara", password=PASSWORD)
    browser.post("/language", {"language": "ar", "next": "/login"})
    assert language_shown(browser, "/login") == "ar"
    log_in(browser, "ali")
    assert language_shown(browser) == "ar"
    ali.refresh_from_db()
    assert ali.language == "ar"
    browser.post("/logout")
    log_in(browser, "sara")
    assert language_shown(browser) == "en"


@pytest.mark.usefixtures("quick_passwords")
def test_a_choice_at_the_login_page_does_not_change_a_profile_that_has_one() -> None:
    browser = Client()
    User.objects.filter(pk=make_user("ali", password=PASSWORD).pk).update(language="en")
    browser.post("/language", {"language": "ar", "next": "/login"})
    log_in(browser, "ali")
    assert language_shown(browser) == "en"


def test_one_who_never_chose_reads_what_his_browser_asks_for(client: Client, operator_a: User) -> None:
    client.force_login(operator_a)
    assert client.get("/", headers={"accept-language": "ar-AE,ar;q=0.9,en;q=0.5"}).headers["Content-Language"] == "ar"


@pytest.mark.parametrize(
    ("chosen", "cookie", "accept", "language"),
    [
        ("ar", "en", "en", "ar"),
        ("", "ar", "en", "ar"),
        ("", "", "fr-FR, ar-AE;q=0.8, en;q=0.5", "ar"),
        ("", "xx", "fr", "en"),
        ("xx", "", "", "en"),
    ],
)
def test_a_socket_speaks_as_the_page_does(chosen: str, cookie: str, accept: str, language: str) -> None:
    assert language_of(User(language=chosen), cookie=cookie, accept=accept) == language


def test_the_page_hands_theme_digits_and_zone_to_scripts_and_style(client: Client, operator_a: User) -> None:
    User.objects.update(language="ar", theme="contrast", digits="arab", time_zone="Asia/Tokyo")
    client.force_login(operator_a)
    page = client.get("/").content.decode()
    assert 'data-theme="contrast" data-digits="arab" data-zone="Asia/Tokyo"' in page


def test_a_visitors_page_names_no_theme(client: Client, db: None) -> None:
    assert "data-theme=" not in client.get("/login").content.decode()


def test_numbers_of_a_page_are_in_the_readers_digits(client: Client, operator_a: User, camera_a: Any) -> None:
    from tests.cast import make_camera

    for number in range(11):
        make_camera(f"cam-{number}", camera_a.agency)
    User.objects.update(language="ar", digits="arab")
    client.force_login(operator_a)
    assert "١٢ كاميرا" in client.get("/").content.decode()
