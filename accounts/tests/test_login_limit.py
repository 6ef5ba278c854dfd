"""Guessing passwords is slowed; an outage of the cache locks nobody out."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD, make_user


@pytest.fixture(autouse=True)
def afresh(settings: Any, db: None) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def ali() -> User:
    return make_user("ali", password=PASSWORD, METRO="operator")


WRONG = "not-the-password"


def attempt(password: str = WRONG, username: str = "ali", address: str = "10.0.0.1", door: str = "/login") -> int:
    form = {"username": username, "password": password}
    return Client(REMOTE_ADDR=address).post(door, form).status_code


def test_after_ten_failures_even_the_right_password_waits(ali: User) -> None:
    assert [attempt() for _ in range(11)] == [200] * 10 + [429]
    assert attempt(PASSWORD) == 429
    assert attempt(PASSWORD, address="10.0.0.2") == 302
    make_user("sara", password=PASSWORD)
    assert attempt(PASSWORD, username="sara") == 302


def test_the_page_says_when_to_come_back(ali: User) -> None:
    for _ in range(10):
        attempt()
    answer = Client(REMOTE_ADDR="10.0.0.1").post("/login", {"username": "ali", "password": "wrong"})
    assert answer.headers["Retry-After"] == "300"
    assert "Too many attempts" in answer.content.decode()


def test_a_success_forgets_the_failures(ali: User) -> None:
    for _ in range(9):
        attempt()
    assert attempt(PASSWORD) == 302
    assert [attempt() for _ in range(10)] == [200] * 10


def test_the_admins_own_door_counts_too(ali: User) -> None:
    for _ in range(10):
        attempt(door="/admin/login/")
    assert attempt(PASSWORD) == 429


def test_unknown_names_are_counted_alike() -> None:
    assert [attempt(username="no\0body " * 50) for _ in range(2)] == [200] * 2
    assert [attempt(username="nobody") for _ in range(11)] == [200] * 10 + [429]


def test_an_outage_of_the_cache_locks_nobody_out(ali: User, settings: Any) -> None:
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1/0"}}
    assert [attempt() for _ in range(11)] == [200] * 11
    assert attempt(PASSWORD) == 302
