"""What the pool hands out is good, and to know it costs no round trip."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest
from django.db import connection
from psycopg_pool import ConnectionPool

from cctv.postgres import base

pytestmark = pytest.mark.django_db(transaction=True)
SEVERAL = 12
MANY = 30  # more than the pool has: it hands out the one that waited longest


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Processes of the connections that were asked in earnest."""
    found: list[int] = []
    ask = ConnectionPool.check_connection

    def noted(one: psycopg.Connection) -> None:
        found.append(one.info.backend_pid)
        ask(one)

    monkeypatch.setattr(ConnectionPool, "check_connection", staticmethod(noted))
    for _ in range(MANY):
        served_by()
    found.clear()
    return found


def served_by(together: Barrier | None = None) -> int:
    """The server's process that answers a request; of several `together`, each has one of its own."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        found: int = cursor.fetchone()[0]
        if together:
            together.wait(10)
    connection.close()
    return found


def test_what_was_just_in_use_is_not_asked(asked):
    assert getattr(connection, "pool")._check.func is base.check  # noqa: B009  # the stubs don't know it
    for _ in range(MANY):
        served_by()
    assert asked == []


def test_what_was_idle_is(asked, monkeypatch):
    now = time.monotonic
    monkeypatch.setattr("cctv.postgres.base.time.monotonic", lambda: now() + base.IDLE_SECONDS + 1)
    assert asked == [served_by()]


def test_what_the_server_ended_is_not_handed_out(asked):
    with ThreadPoolExecutor(SEVERAL) as pool:
        together = Barrier(SEVERAL)
        victims = set(pool.map(lambda _: served_by(together), range(SEVERAL)))
    assert len(victims) == SEVERAL
    names = ("dbname", "user", "password", "host", "port")
    params = connection.get_connection_params()
    with psycopg.connect(**{name: params[name] for name in names if name in params}) as other:
        for victim in victims:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [victim])
    assert victims.isdisjoint({served_by() for _ in range(MANY)})
    assert set(asked) >= victims
