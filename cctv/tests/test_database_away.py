"""Without a database a page says so, in a page, and a call in a problem; nobody gets a bare 500."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.contract.real_servers import free_port

ASK = """
import django, json, sys
django.setup()
from django.conf import settings
settings.DATABASES["default"]["OPTIONS"]["pool"] |= {"timeout": 0.2, "min_size": 0}
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
from django.test import Client
client = Client(raise_request_exception=False, headers={"Accept-Language": sys.argv[1]})
client.cookies["sessionid"] = "a" * 32
for path in sys.argv[2:]:
    answer = client.get(path, headers={"Host": "localhost"})
    head = [answer.headers.get(name) for name in ("Content-Type", "Retry-After")]
    print(json.dumps([answer.status_code, *head, answer.text]))
"""


def ask(language: str, *paths: str) -> list[list[Any]]:
    """Each path of the site, in a process whose database is not there: status, type, Retry-After, body."""
    env = {**os.environ, "DATABASE_URL": f"postgresql://cctv@127.0.0.1:{free_port()}/none"}
    done = subprocess.run(
        [sys.executable, "-c", ASK, language, *paths], capture_output=True, text=True, timeout=60, env=env, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def told() -> dict[str, list[Any]]:
    paths = ["/", "/admin/", "/api/v1/cameras", "/api/v1/stream/reservations/x/offer"]
    return dict(zip(paths, ask("en", *paths), strict=True))


@pytest.mark.parametrize("path", ["/", "/admin/"])
def test_a_page_says_that_it_comes_back(told, path):
    status, kind, retry_after, text = told[path]
    assert (status, kind.split(";")[0], retry_after) == (503, "text/html", "3")
    assert "Back in a moment" in text
    assert "/static/js/pages/unavailable.js" in text


@pytest.mark.parametrize("path", ["/api/v1/cameras", "/api/v1/stream/reservations/x/offer"])
def test_a_call_is_told_to_try_again(told, path):
    status, kind, retry_after, text = told[path]
    assert (status, kind, retry_after) == (503, "application/problem+json", "1")
    assert json.loads(text)["code"] == "busy"


def test_the_page_is_in_the_readers_language():
    [[_, _, _, text]] = ask("ar", "/")
    assert 'lang="ar" dir="rtl"' in text
