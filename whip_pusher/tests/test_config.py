"""Settings come from the environment or from files, and nonsense is refused by name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from whip_pusher import settings
from whip_pusher.config import load, parse_rtsp
from whip_pusher.exits import Exit
from whip_pusher.settings import SettingError

GOOD = {"RTSP_URL": "rtsp://u:p%40ss@camera:8554/a?b=c", "WHIP_ENDPOINT": "https://sfu/whip", "STREAM_KEY": "key"}


def refusal(**changes: str) -> SettingError:
    with pytest.raises(SettingError) as caught:
        load({**GOOD, **changes})
    return caught.value


def test_defaults_are_those_of_the_contract() -> None:
    config = load(GOOD)
    assert (config.timeouts.packet, config.timeouts.connect, config.timeouts.first_packet) == (5, 10, 12)
    assert (config.timeouts.negotiation, config.timeouts.rtcp, config.encoder.of("high").kbps) == (8, 3.5, 1500)
    assert (config.mode, config.encoder.keyframe_seconds, config.ice_addresses, config.hls) == ("auto", 1, (), None)
    assert (config.layers, config.sub, config.sounds, config.http) == (frozenset({"high"}), None, (), None)
    assert config.memory_limit_mb == 512
    assert (config.limits.max_gop_seconds, config.limits.max_bitrate_kbps, config.reconnect_seconds) == (4, 8000, 25)


def test_sound_is_off_until_it_is_asked_for() -> None:
    assert load({**GOOD, "AUDIO": "on"}).sounds == ("OPUS", "PCMA", "PCMU")
    assert load({**GOOD, "AUDIO": "on", "AUDIO_CODECS": "pcma, opus"}).sounds == ("PCMA", "OPUS")
    assert load({**GOOD, "AUDIO_CODECS": "pcma"}).sounds == ()


def test_a_sub_stream_may_have_credentials_of_its_own() -> None:
    config = load({**GOOD, "SUB_RTSP_URL": "rtsp://a:sub-secret@camera/sub", "LAYERS": "high,low"})
    assert config.sub is not None
    assert (config.sub.location, config.layers) == ("rtsp://camera/sub", frozenset({"high", "low"}))
    assert "sub-secret" not in config.redactor().clean("tried sub-secret")


def test_credentials_leave_the_url_and_lose_their_percent_encoding() -> None:
    source = parse_rtsp("rtsp://op%3Aerator:p%40ss%2F%C3%B6@[::1]:554/stream?channel=1")
    assert source.location == "rtsp://[::1]:554/stream?channel=1"
    assert (source.user, source.password.reveal()) == ("op:erator", "p@ss/ö")
    assert "p@ss" not in repr(source)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("RTSP_URL", Exit.RTSP_URL_MISSING),
        ("WHIP_ENDPOINT", Exit.WHIP_ENDPOINT_MISSING),
        ("STREAM_KEY", Exit.STREAM_KEY_MISSING),
    ],
)
def test_each_missing_variable_has_its_own_code(name: str, code: Exit) -> None:
    error = refusal(**{name: ""})
    assert (error.exit, error.name) == (code, name)


def test_each_may_come_from_a_file(tmp_path: Path) -> None:
    values = {f"{name}_FILE": str(tmp_path / name) for name in GOOD}
    for name, value in GOOD.items():
        (tmp_path / name).write_text(value + "\n")
    read, wanted = load(values), load(GOOD)
    assert (read.source.location, read.whip_endpoint) == (wanted.source.location, wanted.whip_endpoint)
    assert (read.source.password.reveal(), read.stream_key.reveal()) == ("p@ss", "key")


def test_an_unreadable_file_names_its_variable(tmp_path: Path) -> None:
    error = refusal(STREAM_KEY="", STREAM_KEY_FILE=str(tmp_path / "absent"))
    assert (error.exit, error.name) == (Exit.BAD_SETTING, "STREAM_KEY_FILE")


def test_a_pipe_gives_one_line_and_need_not_be_closed() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"the-key\n")
    assert load({**GOOD, "STREAM_KEY": "", "STREAM_KEY_FILE": f"/dev/fd/{reader}"}).stream_key.reveal() == "the-key"
    os.close(writer)
    os.close(reader)


def test_a_pipe_into_which_nobody_writes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "READ_SECONDS", 0.1)
    reader, writer = os.pipe()
    error = refusal(RTSP_URL="", RTSP_URL_FILE=f"/dev/fd/{reader}")
    os.close(writer)
    os.close(reader)
    assert (error.exit, error.name) == (Exit.BAD_SETTING, "RTSP_URL_FILE")
    assert "nothing came" in str(error)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RTSP_URL", "http://camera/"),
        ("RTSP_URL", "rtsp://camera:notaport/"),
        ("RTSP_URL", "rtsp:///path"),
        ("WHIP_ENDPOINT", "ftp://sfu/"),
        ("WHIP_ENDPOINT", "http://sfu/a b"),
        ("STREAM_KEY", "two words"),
        ("STREAM_KEY", "line\nbreak"),
        ("PACKET_TIMEOUT", "soon"),
        ("PACKET_TIMEOUT", "-1"),
        ("PACKET_TIMEOUT", "nan"),
        ("CONNECT_TIMEOUT", "inf"),
        ("RTCP_TIMEOUT", "0.5"),
        ("BITRATE_KBPS", "2.5"),
        ("KEYFRAME_SECONDS", "0"),
        ("MODE", "fast"),
        ("ICE_ADDRESSES", "127.0.0.1,localhost"),
        ("HLS_SEGMENT_SECONDS", "3"),
        ("HLS_MAX_BYTES", "10"),
        ("SUB_RTSP_URL", "http://camera/"),
        ("LAYERS", "high,middle"),
        ("LAYERS", ","),
        ("AUDIO", "yes"),
        ("AUDIO_CODECS", "mp3"),
        ("PROFILE", "4320p"),
        ("ENCODER", "magic"),
        ("ENCODER_SPEED", "warp"),
        ("MAX_GOP_SECONDS", "0"),
        ("RTSP_TRANSPORT", "pigeon"),
        ("RECONNECT_SECONDS", "-1"),
        ("HTTP_PORT", "70000"),
        ("RTSP_TLS_VERIFY", "maybe"),
    ],
)
def test_nonsense_is_refused_by_name_and_never_repeated(name: str, value: str) -> None:
    error = refusal(**{name: value})
    assert (error.exit, error.name) == (Exit.BAD_SETTING, name)
    assert len(value) < 5 or value not in str(error)


def test_labels_are_echoed() -> None:
    config = load({**GOOD, "CAMERA_ID": "cam-1", "GENERATION": "7", "LABELS": "instance=a"})
    assert config.echo == {"camera_id": "cam-1", "generation": "7", "labels": "instance=a"}
