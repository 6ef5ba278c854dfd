"""Redis' password comes by file, its URLs by environment."""

from __future__ import annotations

import pytest
from redis.connection import parse_url

from cctv.redis_urls import with_password


@pytest.mark.parametrize("password", ["plain", "a:b/c@d?e#f%20"])
def test_any_password_reaches_the_client_as_it_is(password):
    found = parse_url(with_password("redis://valkey:6379/3", password))
    assert (found["host"], found["port"], found["db"], found["password"]) == ("valkey", 6379, 3, password)


@pytest.mark.parametrize(("url", "password"), [("redis://:own@valkey:6379/0", "other"), ("redis://valkey:6379/0", "")])
def test_a_url_is_left_alone_where_there_is_nothing_to_put_in(url, password):
    assert with_password(url, password) == url
