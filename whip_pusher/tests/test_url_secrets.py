"""Where cameras take passwords by their URL."""

from __future__ import annotations

import pytest

from whip_pusher.config import load, parse_rtsp
from whip_pusher.redact import Redactor
from whip_pusher.url_secrets import has_login, passwords

OTHERS = {"WHIP_ENDPOINT": "http://sfu/whip", "STREAM_KEY": "key"}


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("rtsp://camera/live?channel=1", ()),
        ("rtsp://camera/live?user=admin&PASSWORD=hunter22&channel=1", ("hunter22",)),
        ("rtsp://camera/s?pwd=a%40b+c", ("a%40b+c", "a@b c")),
        ("rtsp://camera/user=admin_password=tlJw_pbo6_channel=1_stream=0.sdp?real_stream", ("tlJw_pbo6",)),
        ("rtsp://camera/token=abc/1", ("abc",)),
        ("rtsp://camera/s?password=", ()),
    ],
)
def test_passwords_are_found_in_path_and_query(url: str, found: tuple[str, ...]) -> None:
    assert passwords(url) == found


@pytest.mark.parametrize(
    ("url", "login"),
    [
        ("rtsp://camera:554/Streaming/Channels/101?transportmode=unicast", False),
        ("rtsp://camera/cam/realmonitor?channel=1&subtype=0", False),
        ("rtsp://demo:x@camera/", True),
        ("rtsp://demo@camera/", True),
        ("rtsp://camera/s?user=admin", True),
        ("rtsp://camera/user=admin_password=x_channel=1", True),
    ],
)
def test_a_url_with_a_login_is_told_from_one_without(url: str, login: bool) -> None:
    assert has_login(url) is login


@pytest.mark.parametrize("name", ["RTSP_URL", "SUB_RTSP_URL"])
def test_all_that_a_pusher_says_masks_them(name: str) -> None:
    urls = {"RTSP_URL": "rtsp://camera/", name: "rtsp://camera/s?user=a&password=hunt%40er"}
    redactor = load({**OTHERS, **urls}).redactor()
    said = redactor.clean("no answer of rtsp://camera/s?user=a&password=hunt%40er, nor of hunt@er")
    assert "hunt" not in said


def test_all_that_a_snapshot_says_masks_them() -> None:
    source = parse_rtsp("rtsp://u:first-one@camera/s?password=second-one")
    said = Redactor(source.secrets).clean("first-one, second-one")
    assert said == "***, ***"
    assert "second-one" not in repr(source)
