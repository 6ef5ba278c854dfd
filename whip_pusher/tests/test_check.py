"""`--check` on real cameras: one JSON verdict, whose exit code is the process's own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from whip_pusher.exits import Exit
from whip_pusher.tests.conftest import CAMERA_PASSWORD
from whip_pusher.tests.janus_sfu import free_port
from whip_pusher.tests.programs import PYTHON, ROOT, Program
from whip_pusher.tests.scripted_camera import SDP, camera
from whip_pusher.verdicts import TRIES_AFTER_REFUSAL

pytestmark = pytest.mark.slow


def check(*arguments: str, url: str = "", **environment: str) -> dict[str, Any]:
    """The verdict; it is the only line, and nothing is on stderr."""
    done = subprocess.run(
        [PYTHON, "-m", "whip_pusher", "--check", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment},
        input=url,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()
    verdict: dict[str, Any] = json.loads(line)
    assert done.returncode == verdict["exit_code"]
    assert verdict["ok"] == (done.returncode == 0)
    return verdict


def secured(rtsp: str, password: str = CAMERA_PASSWORD) -> str:
    return rtsp.replace("rtsp://", f"rtsp://demo:{quote(password, safe='')}@") + "/cam-004-taxi-airport"


def test_a_plain_camera_is_told_as_it_is(rtsp: str) -> None:
    verdict = check(f"{rtsp}/cam-001-sheikh-zayed")
    video, ms = verdict["video"], verdict["ms"]
    assert (verdict["reachable"], verdict["server"], verdict["transport"]) == (True, "GStreamer RTSP server", "tcp")
    assert (video["codec"], video["profile"], video["width"], video["height"]) == (
        *("h264", "constrained-baseline"),
        *(1280, 720),
    )
    assert video["level"]
    assert (video["mode"], video["why"], video["b_frames"]) == ("passthrough", "h264", False)
    # On a busy machine the camera itself is late, and says so by its presentation times.
    assert 20 < video["fps"] < 27
    assert 0.9 < video["gop_seconds"] < 2
    assert 300 < video["bitrate_kbps"] < 3000
    assert 0 < ms["described"] <= ms["first_packet"] <= ms["first_keyframe"] < 3000
    assert (verdict["audio"], verdict["warnings"]) == (None, [])


@pytest.mark.parametrize(
    ("mount", "wanted"),
    [
        ("cam-002-metro-station", {"codec": "h265", "profile": "main", "width": 640, "why": "not_h264"}),
        ("test-mjpeg", {"codec": "mjpeg", "width": 640, "height": 360, "why": "not_h264"}),
        ("test-b-frames", {"codec": "h264", "profile": "high", "b_frames": True, "why": "b_frames"}),
        ("test-long-gop", {"codec": "h264", "gop_known": False, "why": "long_gop"}),
    ],
)
def test_what_must_be_transcoded_says_why(rtsp: str, mount: str, wanted: dict[str, object]) -> None:
    verdict = check("--seconds", "2", "-", url=f"{rtsp}/{mount}\n")
    assert {name: verdict["video"][name] for name in wanted} == wanted
    assert verdict["video"]["mode"] == "transcode"
    assert "transcoded" in verdict["warnings"]


def test_limits_are_the_pushers_settings(rtsp: str) -> None:
    verdict = check("--seconds", "1", f"{rtsp}/cam-001-sheikh-zayed", MAX_GOP_SECONDS="0.5")
    assert verdict["video"]["why"] == "long_gop"


def test_streams_are_listed_in_their_order_with_the_fate_of_sound(rtsp: str) -> None:
    verdict = check("--seconds", "0.5", f"{rtsp}/cam-002-metro-station")
    assert [(stream["kind"], stream["codec"]) for stream in verdict["streams"]] == [
        ("audio", "pcma"),
        ("video", "h265"),
    ]
    assert verdict["audio"] == {"codec": "pcma", "rate": 8000, "channels": 1, "would_be": "pass"}


def test_a_password_comes_by_file(rtsp: str, tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(secured(rtsp) + "\n")
    assert check("--seconds", "0.5", "--file", str(file))["video"]["codec"] == "h264"


@pytest.mark.parametrize(
    ("path", "code", "reachable"),
    [
        ("/cam-004-taxi-airport", Exit.SOURCE_UNAUTHORISED, True),
        ("/cam-005-offline", Exit.SOURCE_UNREACHABLE, True),
        ("/test-audio-only", Exit.SOURCE_NOT_VIDEO, True),
    ],
)
def test_what_cannot_be_watched_has_a_reason(rtsp: str, path: str, code: Exit, reachable: bool) -> None:
    verdict = check(url=rtsp.replace("rtsp://", "rtsp://demo:wr0ngpass@") + path)
    assert (verdict["code"], verdict["reachable"], verdict["video"]) == (code.word, reachable, None)
    assert "wr0ngpass" not in json.dumps(verdict)


def test_no_server_is_unreachable() -> None:
    verdict = check(f"rtsp://127.0.0.1:{free_port()}/")
    assert (verdict["code"], verdict["reachable"], verdict["server"]) == ("source_unreachable", False, None)


@pytest.mark.parametrize(
    "url",
    [
        "rtsp://demo:hunter22@127.0.0.1/",
        "rtsp://127.0.0.1/s?user=a&PASSWORD=hunter22",
        "rtsp://127.0.0.1/user=admin_password=hunter22_channel=1",
        "rtsp://127.0.0.1/s?user=hunter22",
    ],
)
def test_a_secret_in_the_arguments_is_refused_without_repeating_it(url: str) -> None:
    verdict = check(url)
    assert verdict["code"] == "bad_setting"
    assert "--file" in verdict["detail"]
    assert "hunter22" not in json.dumps(verdict)


@pytest.mark.parametrize(
    ("arguments", "url", "code"),
    [
        ((), "", "rtsp_url_missing"),
        ((), "file:///etc/passwd", "bad_setting"),
        (("--file", "/nowhere"), "", "bad_setting"),
        (("--seconds", "0", "-"), "rtsp://127.0.0.1/", "bad_setting"),
        (("--seconds", "abc", "-"), "rtsp://127.0.0.1/", "bad_setting"),
        (("--seconds", "nan", "-"), "rtsp://127.0.0.1/", "bad_setting"),
        (("--sideways",), "rtsp://127.0.0.1/", "bad_setting"),
        (("-", "rtsp://demo:hunter22@127.0.0.1/"), "", "bad_setting"),
    ],
)
def test_bad_input_is_refused(arguments: tuple[str, ...], url: str, code: str) -> None:
    verdict = check(*arguments, url=url)
    assert verdict["code"] == code
    assert "hunter22" not in json.dumps(verdict)


NAMED = SDP.replace(b"s=Cam", "s=Caméra d'entrée".encode("latin-1"))


@pytest.mark.parametrize("sdp", [NAMED, NAMED.replace(b"a=control", b"a=x-name:\xe9\r\na=control")])
def test_an_sdp_that_is_not_utf8_is_read_all_the_same(sdp: bytes) -> None:
    def answer(method: str, _request: str) -> tuple[str, bytes]:
        return ("200 OK", sdp) if method == "DESCRIBE" else ("404 Not Found", b"")

    with camera(answer) as url:
        verdict = check(url)
    assert verdict["ms"]["described"] is not None
    assert [stream["kind"] for stream in verdict["streams"]] == ["video"]
    assert verdict["code"] == "source_unreachable"


def test_a_camera_that_has_not_forgotten_tcp_yet_is_asked_again_over_udp() -> None:
    asked: list[str] = []

    def answer(method: str, request: str) -> tuple[str, bytes]:
        if method == "DESCRIBE":
            return "200 OK", SDP
        if method != "SETUP":
            return "200 OK", b""
        asked.append("tcp" if "interleaved" in request else "udp")
        return ("461 Unsupported Transport" if asked[-1] == "tcp" else "503 Service Unavailable"), b""

    with camera(answer) as url:
        assert check(url)["code"] == "source_unreachable"
    assert asked.count("udp") == 1 + TRIES_AFTER_REFUSAL


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an `rtsps://` camera whose certificate nobody knows."""
    pem = tmp_path_factory.mktemp("tls") / "camera.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=camera", "-days", "2"]
    made = subprocess.run(
        [*command, "-keyout", "-", "-out", "-"], capture_output=True, text=True, check=True, timeout=30
    )
    pem.write_text(made.stdout)
    words = ("--port", str(free_port()), "--mounts", "baseline", "--tls", str(pem))
    program = Program("-m", "whip_pusher.tests.odd_cameras", *words)
    yield f"rtsps://127.0.0.1:{program.wait_for('ready')['port']}/baseline"
    program.stop()


def test_a_certificate_that_nobody_knows_is_refused_unless_it_may_be_anybodys(self_signed: str) -> None:
    refused = check("--seconds", "1", self_signed)
    assert (refused["code"], refused["reachable"]) == ("source_unreachable", False)
    taken = check("--seconds", "1", self_signed, RTSP_TLS_VERIFY="off")
    assert (taken["ok"], taken["reachable"], taken["video"]["codec"]) == (True, True, "h264")


@pytest.fixture(scope="module")
def odd() -> Iterator[str]:
    program = Program("-m", "whip_pusher.tests.odd_cameras", "--port", "0", "--mounts", "udp-only,no-rtcp")
    yield f"rtsp://127.0.0.1:{program.wait_for('ready')['port']}"
    program.stop()


def test_a_camera_that_refuses_tcp_is_looked_at_over_udp(odd: str) -> None:
    verdict = check("--seconds", "1", f"{odd}/udp-only")
    assert (verdict["transport"], verdict["video"]["codec"]) == ("udp", "h264")
    refused = check("--seconds", "1", f"{odd}/udp-only", RTSP_TRANSPORT="tcp")
    assert (refused["ok"], refused["reachable"]) == (False, True)


def test_a_camera_without_reports_is_told_after_ten_seconds(odd: str, rtsp: str) -> None:
    assert "no_rtcp" in check("--seconds", "10.5", f"{odd}/no-rtcp")["warnings"]
    assert "no_rtcp" not in check("--seconds", "10.5", f"{rtsp}/cam-001-sheikh-zayed")["warnings"]
