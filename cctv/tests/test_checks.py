"""A wrong setting stops the start and names its variable."""

from __future__ import annotations

import pytest

from cctv import checks, env


def ids(messages):
    return [message.id for message in messages]


def test_the_defaults_keep_their_order():
    assert checks.timing() == []


@pytest.mark.parametrize(("small", "large"), checks.ORDER)
def test_each_pair_of_timings_is_watched(settings, small, large):
    setattr(settings, small, getattr(settings, large) + 1)
    found = checks.timing()
    assert "cctv.E002" in ids(found)
    assert any(small in message.msg and large in message.msg for message in found)


def test_problems_of_the_environment_stop_the_start(monkeypatch):
    monkeypatch.setattr(env, "problems", ["SECRET_KEY is not set"])
    assert checks.environment()[0].msg == "SECRET_KEY is not set"


def test_a_key_that_is_none_is_refused(settings):
    settings.FIELD_ENCRYPTION_KEYS = ["short"]
    assert ids(checks.encryption_keys()) == ["cctv.E003"]


def test_ws_behind_https_is_refused(settings):
    settings.SFU, settings.HTTPS, settings.LIVEKIT_PUBLIC_URL = "livekit", True, "ws://sfu.example"
    assert ids(checks.public_urls()) == ["cctv.E004"]


def test_each_chosen_port_names_what_it_needs(settings):
    settings.SFU, settings.LIVEKIT_API_KEY = "livekit", ""
    assert any("LIVEKIT_API_KEY" in message.msg for message in checks.plane())


def test_turn_urls_need_the_shared_secret(settings):
    settings.TURN_URLS, settings.TURN_SHARED_SECRET = ["turn:turn.example:3478"], ""
    assert ids(checks.turn()) == ["cctv.E006"]
    settings.TURN_SHARED_SECRET = "shared"
    assert checks.turn() == []
