"""A user's own language, time zone and password."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD, make_user


@pytest.fixture
def ali(db: None, client: Client, settings: Any) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = make_user("ali", password=PASSWORD)
    client.force_login(user)
    return user


def test_a_stranger_is_sent_to_the_login(client: Client, db: None) -> None:
    assert client.get("/profile").headers["Location"] == "/login?next=/profile"


def test_language_and_time_zone_are_saved_and_shown_at_once(client: Client, ali: User) -> None:
    client.cookies["django_language"] = "en"
    form = {"action": "preferences", "language": "ar", "time_zone": "Asia/Tokyo"}
    answer = client.post("/profile", form, follow=True)
    ali.refresh_from_db()
    assert (ali.language, ali.time_zone) == ("ar", "Asia/Tokyo")
    assert answer.headers["Content-Language"] == "ar"


@pytest.mark.parametrize(
    "form", [{"language": "xx"}, {"time_zone": "Nowhere"}, {"time_zone": "a\0"}, {"theme": "pink"}, {"digits": "roman"}]
)
def test_a_wrong_choice_is_refused(client: Client, ali: User, form: dict[str, str]) -> None:
    body = {"action": "preferences", "language": "en", "time_zone": "UTC", **form}
    assert client.post("/profile", body).status_code == 422
    ali.refresh_from_db()
    assert (ali.language, ali.time_zone) == ("", "Asia/Dubai")


def test_digits_and_theme_are_saved_and_stay_where_a_form_leaves_them_out(client: Client, ali: User) -> None:
    form = {"action": "preferences", "language": "ar", "time_zone": "Asia/Dubai"}
    assert client.post("/profile", {**form, "digits": "arab", "theme": "contrast"}).status_code == 302
    client.post("/profile", form)
    ali.refresh_from_db()
    assert (ali.digits, ali.theme) == ("arab", "contrast")


def test_the_password_is_changed_and_the_session_goes_on(client: Client, ali: User) -> None:
    new = {"new_password1": "another-good-phrase", "new_password2": "another-good-phrase"}
    assert client.post("/profile", {"action": "password", "old_password": "wrong", **new}).status_code == 422
    assert client.post("/profile", {"action": "password", "old_password": PASSWORD, **new}).status_code == 302
    assert client.get("/profile").status_code == 200
    ali.refresh_from_db()
    assert ali.check_password("another-good-phrase")


def test_changing_the_password_ends_other_sessions(client: Client, ali: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(ali)
    new = {"new_password1": "another-good-phrase", "new_password2": "another-good-phrase"}
    client.post("/profile", {"action": "password", "old_password": PASSWORD, **new})
    assert elsewhere.get("/profile").status_code == 302


def test_logging_out_takes_a_post(client: Client, ali: User) -> None:
    assert client.get("/logout").status_code == 405
    assert client.post("/logout").headers["Location"] == "/login"
    assert client.get("/profile").status_code == 302
