"""RTSP URLs: what is accepted, and that credentials survive the way out and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.rtsp import BadUrl, Source, parse, redacted, with_credentials

PRINTABLE = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=30)
HOSTS = st.sampled_from(["camera", "10.0.0.7", "127.0.0.1", "[::1]", "nvr_2.metro.example", "localhost"])
PATHS = st.text("abcXYZ019/._-=&?", max_size=30).map(lambda path: f"/{path}")


@pytest.mark.parametrize(
    ("text", "url", "username", "password"),
    [
        ("rtsp://10.0.0.1", "rtsp://10.0.0.1", "", ""),
        ("  RTSP://Cam-1:8554/a  ", "rtsp://Cam-1:8554/a", "", ""),
        ("rtsps://[fe80::1]:322/x?y=z", "rtsps://[fe80::1]:322/x?y=z", "", ""),
        ("rtsp://admin:secret@cam/1", "rtsp://cam/1", "admin", "secret"),
        ("rtsp://admin:p@ss:word@cam/1", "rtsp://cam/1", "admin", "p@ss:word"),
        ("rtsp://admin:p%40%2F%23@cam/1", "rtsp://cam/1", "admin", "p@/#"),
        ("rtsp://admin@cam", "rtsp://cam", "admin", ""),
        ("rtsp://:pw@cam", "rtsp://cam", "", "pw"),
        ("rtsp://cam:/path@home", "rtsp://cam/path@home", "", ""),
        ("rtsp://cam?channel=1", "rtsp://cam?channel=1", "", ""),
    ],
)
def test_credentials_are_taken_out_of_a_url(text: str, url: str, username: str, password: str) -> None:
    assert parse(text) == Source(url, username, password)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "rtsp_scheme"),
        ("cam.example/1", "rtsp_scheme"),
        ("http://cam/1", "rtsp_scheme"),
        ("file:///etc/passwd", "rtsp_scheme"),
        ("rtsph://cam", "rtsp_scheme"),
        ("rtsp:///path", "rtsp_host"),
        ("rtsp://", "rtsp_host"),
        ("rtsp://user:pw@/path", "rtsp_host"),
        ("rtsp://-cam/", "rtsp_host"),
        ("rtsp://ca%6d/", "rtsp_host"),
        ("rtsp://[cam]/", "rtsp_host"),
        ("rtsp://[::1%25eth0]/", "rtsp_host"),
        ("rtsp://[::1", "rtsp_host"),
        ("rtsp://cam:0/", "rtsp_port"),
        ("rtsp://cam:65536/", "rtsp_port"),
        ("rtsp://cam:http/", "rtsp_port"),
        ("rtsp://admin:pa/ss@cam/", "rtsp_port"),  # a bare / ends the host: refused, not guessed at
        ("rtsp://cam/a\nb", "rtsp_characters"),
        ("rtsp://cam/a b", "rtsp_characters"),
        ("rtsp://cam\\@other/", "rtsp_characters"),
        ("rtsp://cam/\0", "rtsp_characters"),
        ("rtsp://a%0d%0aX:b@cam/", "rtsp_characters"),
        ("rtsp://a:%ff@cam/", "rtsp_characters"),
        ("rtsp://cam/\ud800", "rtsp_characters"),
        ("rtsp://cam/" + "a" * 490, "rtsp_too_long"),
    ],
)
def test_what_is_no_rtsp_url_is_refused_with_a_code(text: str, code: str) -> None:
    with pytest.raises(BadUrl) as caught:
        parse(text)
    assert caught.value.code == code


@given(host=HOSTS, path=PATHS, username=PRINTABLE, password=PRINTABLE)
def test_credentials_survive_the_way_out_and_back(host: str, path: str, username: str, password: str) -> None:
    bare = f"rtsp://{host}{path}"
    joined = with_credentials(bare, username, password)
    if len(joined) <= 500:
        assert parse(joined) == Source(bare, username, password)


@given(host=HOSTS, path=PATHS, password=st.text("abcXYZ@:;!$'", min_size=8, max_size=30))
def test_a_redacted_url_holds_no_password(host: str, path: str, password: str) -> None:
    secret = f"p~{password}"
    for text in (
        with_credentials(f"rtsp://{host}{path}", "admin", secret),
        f"rtsp://admin:{secret}@{host}{path}",
        f"rtsp://{host}/user=admin&password={secret}",
        f"rtsp://{host}/live?user=admin&password={secret}",
        f"not a url {secret}",
    ):
        assert "p~" not in redacted(text)


def test_a_redacted_url_still_tells_which_camera() -> None:
    assert (
        redacted("rtsp://admin:pw@10.0.0.1:554/Streaming/Channels/101") == "rtsp://10.0.0.1:554/Streaming/Channels/101"
    )
    assert redacted("rtsp://10.0.0.1/live?user=admin") == "rtsp://10.0.0.1/***"


@given(st.text(max_size=80))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    for candidate in (text, f"rtsp://{text}"):
        try:
            source = parse(candidate)
        except BadUrl:
            continue
        assert parse(source.url) == Source(source.url)


def test_credentials_are_not_in_the_repr() -> None:
    assert "secret" not in repr(parse("rtsp://secret-user:secret@cam"))


def test_an_error_does_not_carry_the_url() -> None:
    with pytest.raises(BadUrl) as caught:
        parse("rtsp://admin:secret@/")
    assert "secret" not in str(caught.value)
