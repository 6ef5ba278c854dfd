"""The small pure parts: durations as Go writes them, names of paths, tokens in queries, credentials, destinations."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from streaming.media import forward_dest, names
from streaming.media.mediamtx_credentials import hls_token, pusher_generation, rtsp_url
from streaming.media.mediamtx_paths import seconds
from streaming.media.ports import Secret

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("10s", 10), ("1m30s", 90), ("1h0m0s", 3600), ("500ms", 0.5), ("15.5s", 15.5), ("1d", 86400), ("0s", 0)],
)
def test_durations_are_read_as_go_and_mediamtx_write_them(text, expected):
    assert seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "10", "s", "1y", "1m 30s", "rtsp://1s"])
def test_what_is_no_duration_is_none(text):
    assert seconds(text) is None


@pytest.mark.parametrize("name", ["camera_", "cam-a", "camera_A", "camera_a_sub", "camera_a/b", "camera_cam-a-x"])
def test_only_names_that_path_makes_are_a_cameras(settings, name):
    settings.NAME_SUFFIX = "-x-y" if name.endswith("-x") else ""
    assert names.camera_of_path(name) is None


@pytest.mark.parametrize("suffix", ["", "-staging"])
def test_a_path_leads_back_to_its_camera(settings, suffix):
    settings.NAME_SUFFIX = suffix
    assert names.camera_of_path(names.path("cam-001")) == "cam-001"


@pytest.mark.parametrize("query", ["", "token", "token=", "tok=a", "token=a&token=b", "&".join(["a=b"] * 30)])
def test_a_query_without_exactly_one_token_has_none(query):
    assert not hls_token(query)


def test_a_token_is_found_beside_other_parameters():
    assert hls_token("cookieCheck=1&token=a%3Ab").reveal() == "a:b"


def login(camera_id="cam-a", generation=3):
    return rtsp_url(camera_id, generation).reveal().removeprefix("rtsp://").partition("@")[0].split(":")


def test_a_credential_says_its_generation():
    assert pusher_generation("cam-a", *login()) == 3


def test_a_credential_is_of_one_camera_generation_and_instance(settings):
    user, password = login()
    assert pusher_generation("cam-b", user, password) is None
    assert pusher_generation("cam-a", "pusher-4", password) is None
    settings.INSTANCE_ID = "other"
    assert pusher_generation("cam-a", user, password) is None


@pytest.mark.parametrize("user", ["", "pusher-", "pusher-0", "pusher-03", "pusher--3", "pusher-x", "pusher-3 ", "root"])
def test_nobody_else_is_a_pusher(user):
    assert pusher_generation("cam-a", user, login()[1]) is None


@pytest.mark.parametrize(
    ("endpoint", "begins"),
    [
        ("http://livekit:7880/whip/v1", "whip://livekit:7880/whip/v1?generation=3&instance="),
        ("https://sfu.example/w", "whips://sfu.example/w?generation=3&instance="),
        ("http://h/w?a=1", "whip://h/w?a=1&generation=3&instance="),
    ],
)
def test_a_destination_carries_generation_and_instance(endpoint, begins):
    entry = forward_dest.made(endpoint, Secret("key"), 3, NOW)
    assert entry["dest"].startswith(begins)
    assert entry["whipBearerToken"] == "key"
    found = forward_dest.found_in({"forward": [entry]})
    assert found is not None
    assert (found.generation, found.started_at) == (3, NOW)


@pytest.mark.parametrize("endpoint", ["", "ftp://h/w", "/whip", "http:///w"])
def test_what_is_no_whip_endpoint_is_refused(endpoint):
    with pytest.raises(ValueError, match="URL"):
        forward_dest.made(endpoint, Secret("key"), 3, NOW)


@pytest.mark.parametrize("dest", ["whip://h/w", "whip://h/w?generation=x&instance=y&started=z", "rtmp://h/x"])
def test_a_strangers_forward_is_of_generation_zero(dest):
    found = forward_dest.found_in({"forward": [{"dest": dest}]})
    assert found is not None
    assert (found.generation, found.instance) == (0, "")


def test_a_path_without_forward_has_none():
    assert forward_dest.found_in({"forward": []}) is None
