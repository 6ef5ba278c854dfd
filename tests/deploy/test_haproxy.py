"""The public door: Debian's HAProxy with deploy/haproxy.cfg, in front of stubs that say what they were asked."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import socket
import ssl
import time
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest

from cctv.reasons import REASONS
from deploy.compose.trial import certificate
from tests.contract.real_servers import free_port
from tests.deploy.servers import DEPLOY, running
from tests.deploy.stubs import stub

SERVERS = ("WEB", "LIVEKIT", "MEDIAMTX")


@dataclass(frozen=True)
class Door:
    site: httpx.Client
    https: int
    http: int
    stats: int
    log: object


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    folder = tmp_path_factory.mktemp("haproxy")
    (folder / "site.pem").write_text(certificate(["localhost"]))
    with ExitStack() as opened:
        env = {**os.environ, "SITE_PEM": str(folder / "site.pem"), "ERRORS": str(DEPLOY / "errors")}
        env |= {name: opened.enter_context(stub(name.lower())) for name in SERVERS}
        ports = {name: free_port() for name in ("HTTP_BIND", "HTTPS_BIND", "STATS_BIND")}
        env |= {name: f"127.0.0.1:{port}" for name, port in ports.items()}
        command = ["haproxy", "-W", "-db", "-f", str(DEPLOY / "haproxy.cfg")]
        opened.enter_context(running(command, env=env, log=folder / "log", port=ports["HTTPS_BIND"]))
        base = f"https://127.0.0.1:{ports['HTTPS_BIND']}"
        site = opened.enter_context(httpx.Client(base_url=base, verify=False, timeout=10))  # noqa: S501  # self-signed
        yield Door(site, ports["HTTPS_BIND"], ports["HTTP_BIND"], ports["STATS_BIND"], folder / "log")


def test_hls_goes_to_mediamtx_without_its_prefix(door):
    told = door.site.get("/hls/camera_a/index.m3u8?token=t").json()
    assert (told["server"], told["path"]) == ("mediamtx", "/camera_a/index.m3u8?token=t")


def test_a_redirect_of_mediamtx_leads_back_below_hls(door):
    answer = door.site.get("/hls/camera_a/index.m3u8?status=302&location=/camera_a/index.m3u8?cookieCheck=1")
    assert answer.headers["Location"] == "/hls/camera_a/index.m3u8?cookieCheck=1"


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_an_error_of_mediamtx_means_that_the_camera_is_offline(door, status):
    answer = door.site.get(f"/hls/camera_a/index.m3u8?status={status}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json() == problem("camera_offline", 404)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_of_mediamtx_asks_for_a_new_link(door, status):
    answer = door.site.get(f"/hls/camera_a/index.m3u8?status={status}")
    assert (answer.status_code, answer.json()) == (401, problem("token_invalid", 401))


def test_a_page_and_a_signalling_error_pass_as_they_are(door):
    assert "secret" in door.site.get("/cameras?status=500").json()
    assert door.site.get("/rtc/validate?status=401").status_code == 401


@pytest.mark.parametrize(("path", "server"), [("/", "web"), ("/api/v1/cameras", "web"), ("/rtc", "livekit"),
                                              ("/rtc/v1", "livekit"), ("/rtcx", "web"), ("/hlsx", "web")])  # fmt: skip
def test_each_path_has_its_server(door, path, server):
    assert door.site.get(path).json()["server"] == server


@pytest.mark.parametrize("path", [
    "/metrics", "/%6detrics", "//metrics", "/METRICS", "/webhook/livekit", "/webhook/mediamtx", "/webhook%2flivekit",
    "/twirp/livekit.RoomService/ListRooms",
])  # fmt: skip
def test_what_only_our_servers_may_call_is_denied(door, path):
    assert door.site.post(f"https://127.0.0.1:{door.https}{path}").status_code == 403


def test_a_client_cannot_name_its_own_address(door):
    lies = {"X-Forwarded-For": "192.0.2.9", "X-Forwarded-Proto": "http", "Forwarded": "for=192.0.2.9"}
    headers = door.site.get("/", headers=lies).json()["headers"]
    told = {name.lower(): value for name, value in headers.items()}
    assert (told["x-forwarded-for"], told["x-forwarded-proto"]) == ("127.0.0.1", "https")
    assert "forwarded" not in told


@pytest.mark.parametrize(("path", "server"), [("/rtc?access_token=t", b"livekit"), ("/ws/stats", b"web")])
def test_a_websocket_passes(door, path, server):
    raw = socket.create_connection(("127.0.0.1", door.https), 5)
    context = ssl._create_unverified_context()  # noqa: S323  # self-signed
    with context.wrap_socket(raw, server_hostname="localhost") as wire:
        head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        wire.sendall(
            (head + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n").encode()
        )
        assert wire.recv(4096).startswith(b"HTTP/1.1 101")
        wire.sendall(b"ping")
        assert wire.recv(64) == server + b":ping"


def test_http_2_is_offered(door):
    context = ssl._create_unverified_context()  # noqa: S323  # self-signed
    context.set_alpn_protocols(["h2", "http/1.1"])
    with context.wrap_socket(socket.create_connection(("127.0.0.1", door.https), 5)) as wire:
        assert wire.selected_alpn_protocol() == "h2"


def test_plain_http_leads_to_https_but_for_the_health_check(door):
    answer = httpx.get(f"http://127.0.0.1:{door.http}/cameras?x=1", headers={"Host": "cctv.example"})
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://cctv.example/cameras?x=1")
    assert httpx.get(f"http://127.0.0.1:{door.http}/healthz").status_code == 200


def test_statistics_are_on_their_own_port(door):
    assert "haproxy_backend" in httpx.get(f"http://127.0.0.1:{door.stats}/metrics").text
    assert httpx.get(f"http://127.0.0.1:{door.stats}/stats").status_code == 200
    assert door.site.get("/stats").json()["server"] == "web"


def test_passwords_are_tried_sixty_times_a_minute_and_address_and_pages_still_come(door):
    codes = [door.site.post("/login").status_code for _ in range(65)]
    assert codes.index(429) == 60
    assert door.site.post("/login").json() == problem("throttled", 429)
    assert door.site.get("/login").status_code == 200


def test_a_control_room_behind_one_address_is_not_slowed_down(door):
    codes = {door.site.post("/api/v1/stream/heartbeat/x").status_code for _ in range(300)}
    codes |= {door.site.get("/hls/camera_a/seg.mp4").status_code for _ in range(300)}
    assert codes == {200}


def test_the_log_holds_no_token(door):
    door.site.get("/hls/camera_b/index.m3u8?token=very-secret")
    deadline = time.monotonic() + 5  # it logs after it has answered
    while "/hls/camera_b/index.m3u8" not in (text := door.log.read_text()):
        assert time.monotonic() < deadline, text
        time.sleep(0.05)
    assert "very-secret" not in text


@pytest.fixture(scope="module")
def doorless(tmp_path_factory):
    """A door behind which no web process is."""
    folder = tmp_path_factory.mktemp("haproxy")
    (folder / "site.pem").write_text(certificate(["localhost"]))
    env = {**os.environ, "SITE_PEM": str(folder / "site.pem"), "ERRORS": str(DEPLOY / "errors")}
    env |= {name: f"127.0.0.1:{free_port()}" for name in SERVERS}
    ports = {name: free_port() for name in ("HTTP_BIND", "HTTPS_BIND", "STATS_BIND")}
    env |= {name: f"127.0.0.1:{port}" for name, port in ports.items()}
    command = ["haproxy", "-W", "-db", "-f", str(DEPLOY / "haproxy.cfg")]
    with running(command, env=env, log=folder / "log", port=ports["HTTPS_BIND"]):
        base = f"https://127.0.0.1:{ports['HTTPS_BIND']}"
        with httpx.Client(base_url=base, verify=False, timeout=20) as site:  # noqa: S501  # self-signed
            yield site


def test_without_a_web_process_a_page_says_so_under_a_strict_policy(doorless):
    answer = doorless.get("/cameras/cam-a")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; " in policy
    for directive, text in (("style", inside("style", answer.text)), ("script", inside("script", answer.text))):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"; {directive}-src 'sha256-{digest}';" in policy
    assert "Back in a moment" in answer.text
    assert 'lang="ar" dir="rtl"' in answer.text


def inside(tag, text):
    """Of the only one."""
    [found] = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    return found


def test_without_a_web_process_a_call_is_soon_answered_in_its_own_words(doorless):
    deadline = time.monotonic() + 20  # the checks have to fail first
    while (answer := doorless.get("/api/v1/cameras")).headers["content-type"] != "application/problem+json":
        assert answer.status_code == 503
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert (answer.status_code, answer.json()) == (503, problem("busy", 503))


def test_its_words_are_the_products_own():
    texts = re.findall(r'string "(\{.*?\})"', (DEPLOY / "haproxy.cfg").read_text())
    bodies = [json.loads(text.replace('\\"', '"')) for text in texts]
    bodies.append(json.loads((DEPLOY / "errors" / "camera_offline.http").read_text().splitlines()[-1]))
    assert [body for body in bodies if body["title"] != REASONS[body["code"]]] == []


def problem(code, status):
    return {"type": "about:blank", "title": REASONS[code], "status": status, "code": code}
