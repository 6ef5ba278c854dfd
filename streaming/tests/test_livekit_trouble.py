"""LiveKit: away, slow, broken, or with other keys; each is trouble that passes, and none is taken for "gone"."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from pytest_django import Settings

from streaming.media.livekit_client import LiveKitRefused
from streaming.media.livekit_sfu import LiveKitSfu
from streaming.media.ports import MediaError
from streaming.tests.livekit_world import CAMERA, ROOM, livekit, sfu
from tests.contract.livekit_fake import FakeLiveKit, Refused

__all__ = ["livekit", "sfu"]


@contextmanager
def answering(livekit: FakeLiveKit, method: str, refused: Callable[[], Refused]) -> Iterator[None]:
    livekit.answers[method] = refused
    yield
    del livekit.answers[method]


@pytest.mark.parametrize("name", ["LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"])
@pytest.mark.parametrize("value", ["wrong" * 8, ""])
def test_a_wrong_key_is_told_and_heals(
    livekit: FakeLiveKit, sfu: LiveKitSfu, settings: Settings, name: str, value: str
) -> None:
    good = getattr(settings, name)
    setattr(settings, name, value)
    with pytest.raises(MediaError, match="sfu_unauthorised") as wrong:
        sfu.ensure_room(CAMERA)
    setattr(settings, name, good)
    sfu.ensure_room(CAMERA)
    assert not wrong.value.permanent


def test_a_refusal_shows_no_token(livekit: FakeLiveKit, sfu: LiveKitSfu, settings: Settings) -> None:
    settings.LIVEKIT_API_SECRET = "wrong" * 8
    with pytest.raises(MediaError) as wrong:
        sfu.list_rooms()
    assert "eyJ" not in repr(wrong.value.params)


def test_a_proxys_not_found_is_not_gone(livekit: FakeLiveKit, sfu: LiveKitSfu) -> None:
    sfu.ensure_room(CAMERA)
    with (
        answering(livekit, "DeleteRoom", lambda: Refused(404, "", "<h1>404</h1>")),
        pytest.raises(MediaError, match="sfu_unreachable"),
    ):
        sfu.delete_room(CAMERA)
    assert ROOM in livekit.rooms


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_broken_livekit_is_transient_trouble(livekit: FakeLiveKit, sfu: LiveKitSfu, status: int) -> None:
    with (
        answering(livekit, "ListIngress", lambda: Refused(status, "internal", "redis: connection refused")),
        pytest.raises(MediaError, match="sfu_unreachable") as broken,
    ):
        sfu.list_ingests()
    assert not broken.value.permanent


def test_what_livekit_refuses_is_told_in_its_words(livekit: FakeLiveKit, sfu: LiveKitSfu) -> None:
    with (
        answering(livekit, "CreateRoom", lambda: Refused(400, "invalid_argument", "room name length exceeds limits")),
        pytest.raises(LiveKitRefused, match="sfu_refused") as refused,
    ):
        sfu.ensure_room(CAMERA)
    assert refused.value.params == {"twirp": "invalid_argument", "reason": "room name length exceeds limits"}


def test_a_livekit_that_hangs_costs_no_more_than_the_timeout(settings: Settings) -> None:
    settings.MEDIA_CALL_TIMEOUT, settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET = 0.3, "key", "secret" * 8
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.LIVEKIT_API_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(MediaError, match="sfu_unreachable"):
            LiveKitSfu().list_rooms()
    assert time.monotonic() - began < 1.0


def test_another_server_at_its_address_is_not_livekit(
    livekit: FakeLiveKit, sfu: LiveKitSfu, settings: Settings
) -> None:
    settings.LIVEKIT_API_URL = settings.INGRESS_WHIP_BASE_URL
    with pytest.raises(MediaError, match="sfu_unreachable"):
        sfu.list_rooms()
