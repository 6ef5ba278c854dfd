"""What a viewer is told of TURN."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from cctv import clock
from streaming.media import turn

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered(settings):
    settings.TURN_URLS = ["turn:turn.example:3478?transport=udp", "turns:turn.example:5349?transport=tcp"]
    settings.TURN_SHARED_SECRET, settings.TURN_CREDENTIAL_SECONDS = "shared", 600


def test_nothing_is_offered_without_urls(settings):
    settings.TURN_URLS = []
    assert turn.ice_servers("r1") == []


def test_the_user_name_says_until_when_and_for_which_reservation(offered):
    (server,) = turn.ice_servers("r1")
    ends, _, reservation = str(server["username"]).partition(":")
    assert reservation == "r1"
    assert 595 < int(ends) - clock.now().timestamp() <= 600


def test_the_credential_is_signed_with_the_shared_secret(offered):
    (server,) = turn.ice_servers("r1")
    signed = hmac.new(b"shared", str(server["username"]).encode(), hashlib.sha1).digest()
    assert server["credential"] == base64.b64encode(signed).decode()


def test_it_is_what_rtcpeerconnection_takes(offered, settings):
    (server,) = turn.ice_servers("r1")
    assert set(server) == {"urls", "username", "credential"}
    assert server["urls"] == settings.TURN_URLS
