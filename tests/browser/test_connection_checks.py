"""The ways that the connection test tries, in Chromium: through Debian's coturn with the product's configuration."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django import Settings

from streaming.media import turn
from tests.browser.page_site import page_site
from tests.contract.real_servers import free_port
from tests.deploy.servers import DEPLOY, running

HOST, SECRET = "127.0.0.1", "a shared secret"
CHECK = """async ([name, media, way]) =>
  (await import("/static/js/connection/checks.js"))[name](media, way)"""


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Its port, of UDP and TCP alike; no TLS is behind it."""
    folder, port = tmp_path_factory.mktemp("turn"), free_port()
    (folder / "turn_shared_secret").write_text(SECRET)
    own = {"SECRETS_DIR": str(folder), "RUN_DIR": str(folder), "TURN_PEERS": HOST, "NODE_IP": ""}
    env = {**os.environ, **own, "TURN_CONF": str(DEPLOY / "turnserver.conf")}
    flags = [f"--listening-port={port}", f"--pidfile={folder}/pid", f"--listening-ip={HOST}", f"--relay-ip={HOST}"]
    flags += [f"--tls-listening-port={free_port()}", "--no-tls", "--allow-loopback-peers"]
    with running(["sh", str(DEPLOY / "turn.sh"), *flags], env=env, log=folder / "log", port=port):
        yield port


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with page_site() as url:
        made = chromium.new_page()
        made.goto(url)
        yield made
        made.close()


@pytest.fixture
def media(coturn: int, settings: Settings) -> dict[str, Any]:
    at = f"{HOST}:{coturn}"
    urls = [f"turn:{at}?transport=udp", f"turn:{at}?transport=tcp", f"turns:{at}?transport=tcp"]
    settings.TURN_SHARED_SECRET = SECRET
    username = f"{int(time.time()) + 600}:test-user-1"
    server = {"urls": urls, "username": username, "credential": turn.credential(username)}
    return {"ice_servers": [server], "livekit_url": None}


def check(page: Page, name: str, media: dict[str, Any], way: str | None = None) -> dict[str, str]:
    answer: dict[str, str] = page.evaluate(CHECK, [name, media, way])
    return answer


@pytest.mark.parametrize("way", ["udp", "tcp"])
def test_a_relay_that_works_is_told(page: Page, media: dict[str, Any], way: str) -> None:
    answer = check(page, "turn", media, way)
    assert answer["result"] == "ok", answer
    assert "relay" in answer["detail"]


def test_tls_where_there_is_none_is_told_as_failed(page: Page, media: dict[str, Any]) -> None:
    answer = check(page, "turn", media, "tls")
    assert answer["result"] == "failed"
    assert "no relay candidate" in answer["detail"]


def test_a_wrong_password_is_told_with_turns_own_code_and_without_the_password(
    page: Page, media: dict[str, Any]
) -> None:
    media["ice_servers"][0]["credential"] = "not-the-password"
    answer = check(page, "turn", media, "udp")
    assert answer["result"] == "failed"
    assert "401" in answer["detail"]
    assert "not-the-password" not in answer["detail"]


def test_a_way_that_is_not_set_up_is_no_failure(page: Page, media: dict[str, Any]) -> None:
    assert check(page, "turn", {"ice_servers": []}, "tls")["result"] == "none"
    assert check(page, "signalling", media)["result"] == "none"


def test_a_media_server_that_is_away_is_told(page: Page) -> None:
    answer = check(page, "signalling", {"livekit_url": f"ws://{HOST}:{free_port()}"})
    assert answer["result"] == "failed"


def test_this_browser_decodes_h264_both_ways(page: Page, media: dict[str, Any]) -> None:
    assert check(page, "webrtcH264", media)["result"] == "ok"
    assert check(page, "hlsH264", media)["result"] == "ok"
