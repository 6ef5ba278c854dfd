"""What every test of this project starts from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract import real_servers

PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"


def pytest_report_header() -> str:
    """A green run says against what it was green."""
    return real_servers.met()


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """Hashed names need collectstatic, which the demo and the end-to-end tests run for real."""
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}


@pytest.fixture(scope="session", autouse=True)
def no_session_left_behind(django_db_setup: None) -> Iterator[None]:
    """Threads of sockets leave pooled connections; the test database cannot be dropped while one is open."""
    yield
    from django.db import connection

    connection.close_pool()
