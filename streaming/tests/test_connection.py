"""What the connection self-test is told, and its page."""

from __future__ import annotations

import pytest

from tests.cast import api_client

pytestmark = pytest.mark.django_db
URL = "/api/v1/connection"


@pytest.fixture
def product(settings):
    settings.SFU, settings.LIVEKIT_PUBLIC_URL = "livekit", "wss://live.test"
    settings.HLS_PUBLIC_BASE_URL = "https://hls.test"
    settings.TURN_URLS, settings.TURN_SHARED_SECRET = ["turn:turn.test:3478?transport=udp"], "shared-secret"
    return settings


def test_it_tells_where_media_comes_from_and_credentials_that_end(product, operator_a):
    answer = api_client(operator_a).get(URL)
    body = answer.json()
    (server,) = body.pop("ice_servers")
    assert body == {"sfu": "livekit", "livekit_url": "wss://live.test", "hls_base": "https://hls.test/hls"}
    assert server["urls"] == ["turn:turn.test:3478?transport=udp"]
    assert server["username"].endswith(f":test-user-{operator_a.pk}")
    assert answer["Cache-Control"] == "no-store"


def test_neither_the_shared_secret_nor_a_token_is_in_it(product, operator_a):
    text = api_client(operator_a).get(URL).content.decode()
    assert "shared-secret" not in text
    assert "token" not in text


def test_the_embedded_plane_has_no_livekit_and_no_turn(settings, operator_a):
    settings.SFU, settings.TURN_URLS, settings.HLS_PUBLIC_BASE_URL = "janus", [], ""
    body = api_client(operator_a).get(URL).json()
    assert body == {"sfu": "janus", "livekit_url": None, "ice_servers": [], "hls_base": "/hls"}


def test_a_service_account_may_ask_too(product, service_account):
    server = api_client(service_account).get(URL).json()["ice_servers"][0]
    assert server["username"].endswith(f":test-account-{service_account.pk}")


def test_nobody_without_login_or_key(product, client):
    assert (client.get(URL).status_code, client.get(URL).json()["code"]) == (401, "not_authenticated")
    assert client.get("/connection-test").status_code == 302


def test_the_page_has_a_row_for_each_way(client, operator_a):
    client.force_login(operator_a)
    text = client.get("/connection-test").content.decode()
    for step in ("api", "socket", "signalling", "udp", "turn_udp", "turn_tcp", "turn_tls", "hls"):
        assert f'data-step="{step}"' in text
    assert 'href="/connection-test" aria-current="page"' in client.get("/connection-test").content.decode()
