"""Tokens of our own calls are signed anew each half of their life."""

from __future__ import annotations

import time

import jwt
import pytest

from streaming.media import livekit_tokens

SECRET = "a-secret-of-at-least-thirty-two-bytes"


@pytest.fixture(autouse=True)
def key(settings):
    settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET = "key", SECRET


def granted(token: str, secret: str = SECRET) -> set[str]:
    """Where the token says more than LiveKit gives to everybody who is in."""
    video: dict[str, object] = jwt.decode(token, secret, algorithms=["HS256"])["video"]
    return {name for name, value in video.items() if value and not name.startswith("can")}


def test_one_is_used_again_within_half_its_life_and_not_after(monkeypatch):
    half = livekit_tokens.CALL_SECONDS / 2
    start = (time.time() // half + 1) * half
    tokens = []
    for later in (0, half - 1, half):
        monkeypatch.setattr(time, "time", lambda at=start + later: at)
        tokens.append(livekit_tokens.api(room="a"))
    # Not by what they say, which is in whole seconds: two that were signed within one are equal.
    assert tokens[0] is tokens[1] is not tokens[2]


def test_each_is_for_what_it_is_asked_for():
    rooms, inside = livekit_tokens.api(), livekit_tokens.api(room="a")
    ingress = livekit_tokens.api(ingress=True)
    assert granted(rooms) == {"roomCreate", "roomList"}
    assert granted(inside) == {"roomAdmin", "room"}
    assert granted(ingress) == {"ingressAdmin"}


def test_a_new_secret_counts_at_once(settings):
    livekit_tokens.api()
    settings.LIVEKIT_API_SECRET = "another-secret-of-at-least-thirty-two-bytes"
    assert granted(livekit_tokens.api(), "another-secret-of-at-least-thirty-two-bytes")
