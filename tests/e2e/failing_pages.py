"""Pages that a healthy demo does not show, as a browser gets them: the site's own answers, made where it fails.

500 and 503 come from the site's code, middleware and headers included, in a process of its own: with a view that
breaks, and with a database that is not there. HAProxy's page is the file that HAProxy sends as it is.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import Any

from playwright.sync_api import BrowserContext, Route

from tests.contract.real_servers import free_port
from tests.e2e.site import REPO, Site

ASK = """
import django, json, sys
django.setup()
from django.conf import settings
settings.DATABASES["default"]["OPTIONS"]["pool"] |= {"timeout": 0.2, "min_size": 0}
from django.test import Client
from django.urls import path
from cctv import urls

def broken(request):
    raise RuntimeError("broken on purpose")

urls.urlpatterns.insert(0, path("failing/500", broken))
wanted, language = sys.argv[1:]
client = Client(raise_request_exception=False, headers={"Accept-Language": language, "Host": "localhost"})
if wanted == "503":
    client.cookies["sessionid"] = "a" * 32
answer = client.get("/failing/500" if wanted == "500" else "/")
print(json.dumps({"status": answer.status_code, "headers": dict(answer.headers), "body": answer.text}))
"""


def route(context: BrowserContext, site: Site, language: str) -> None:
    """`/failing/500`, `/failing/503` and `/failing/unavailable`; none of them finds that all is well again."""

    @cache
    def answer(wanted: str) -> dict[str, Any]:
        return _unavailable() if wanted == "unavailable" else _asked(site, wanted, language)

    def fulfil(asked: Route) -> None:
        asked.fulfill(**answer(asked.request.url.rsplit("/", 1)[1]))

    context.route("**/failing/*", fulfil)
    context.route("**/readyz", lambda asked: asked.fulfill(status=503))


def _asked(site: Site, wanted: str, language: str) -> dict[str, Any]:
    nowhere = {"DATABASE_URL": f"postgresql://cctv@127.0.0.1:{free_port()}/none"} if wanted == "503" else {}
    done = subprocess.run(
        [sys.executable, "-c", ASK, wanted, language],
        capture_output=True, text=True, timeout=60, cwd=REPO, env=site.environment() | nowhere, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _unavailable() -> dict[str, Any]:
    head, _, body = (REPO / "deploy" / "errors" / "unavailable.http").read_text().partition("\n\n")
    status, *lines = head.splitlines()
    headers = dict(line.split(": ", 1) for line in lines)
    return {"status": int(status.split()[1]), "headers": headers, "body": body}
