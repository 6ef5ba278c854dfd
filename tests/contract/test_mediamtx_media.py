"""The real MediaMTX with a real camera, our own door answering for its readers. Not collected where there is none."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from cameras.models import Camera
from streaming.lifecycle.hls_sessions import token_of, viewer_of
from streaming.media import names
from streaming.media.mediamtx_gateway import MediaMtxGateway
from streaming.media.passthrough import passes_through
from streaming.media.ports import MediaError, PathStatus, Secret
from streaming.media.rtsp_probe import describe
from streaming.models import Reservation, Stream
from streaming.services.releasing import release
from streaming.tests.steps import watch
from tests.contract import mediamtxes
from tests.contract.mediamtx_server import RealMediaMtx
from tests.contract.real_servers import free_port, program
from whip_pusher.tests.programs import cameras

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SHORT = {"MTX_HLSSEGMENTDURATION": "1s"}
LOW_LATENCY = {"MTX_HLSVARIANT": "lowLatency", "MTX_HLSPARTDURATION": "200ms", "MTX_HLSSEGMENTCOUNT": "7", **SHORT}


@pytest.fixture(scope="module")
def rtsp() -> Iterator[str]:
    port = free_port()
    served = cameras(port)
    yield f"rtsp://127.0.0.1:{port}"
    served.stop()


@pytest.fixture
def start(settings: Settings, tmp_path: Path, live_server: LiveServer) -> Iterator[Callable[..., RealMediaMtx]]:
    """`start(**environment)`: MediaMTX asking our own door."""
    running = []

    def made(**environment: str) -> RealMediaMtx:
        server = RealMediaMtx(program("mediamtx") or "", tmp_path, f"{live_server.url}/webhook/mediamtx", **environment)
        running.append(server)
        mediamtxes.point(settings, server)
        return server

    yield made
    for server in running:
        server.kill()


@pytest.fixture
def lease(camera_a: Camera, operator_a: User) -> Reservation:
    """Of a stream of generation 1 that plays."""
    reservation = watch(operator_a)
    Stream.objects.update(state="LIVE")
    return reservation


def receiving(gateway: MediaMtxGateway) -> PathStatus:
    """The path's status once bytes came."""
    deadline = time.monotonic() + 5
    while (status := gateway.path_status("cam-a")) is None or not status.bytes_received:
        assert time.monotonic() < deadline, "nothing came"
        time.sleep(0.05)
    return status


def get(base: str, target: str) -> tuple[int, str, str]:
    """Status, body and Location; without cookies, so that MediaMTX puts its session into the links."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=20)
    try:
        connection.request("GET", target)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace"), answer.getheader("Location", "")
    finally:
        connection.close()


def playlist(base: str, token: str, camera: str = "cam-a") -> tuple[int, str]:
    folder = f"/{names.path(camera)}"
    status, body, location = get(base, f"{folder}/index.m3u8?token={token}")
    if status == 302:
        status, body, _ = get(base, location)
    links = [line for line in body.splitlines() if line and not line.startswith("#")]
    return status, f"{folder}/{links[-1]}" if status == 200 else body


def test_a_pusher_of_the_open_generation_reads_the_camera_through_the_gateway(
    start: Callable[..., RealMediaMtx], rtsp: str, lease: Reservation
) -> None:
    start()
    gateway = MediaMtxGateway()
    path = gateway.ensure_path("cam-a", Secret(f"{rtsp}/cam-001-sheikh-zayed"), 1)
    assert passes_through(describe(path.rtsp_url)) is True
    status = receiving(gateway)
    assert (status.ready, status.video_codec) == (True, "H264")
    assert gateway.hls_ready("cam-a")
    with pytest.raises(MediaError, match="source_unauthorised"):
        describe(gateway.ensure_path("cam-a", Secret(f"{rtsp}/cam-001-sheikh-zayed"), 2).rtsp_url)


def test_a_dead_camera_costs_no_more_than_the_timeout(
    start: Callable[..., RealMediaMtx], lease: Reservation, settings: Settings
) -> None:
    settings.MEDIA_CALL_TIMEOUT = 2.0
    start()
    path = MediaMtxGateway().ensure_path("cam-a", Secret("rtsp://127.0.0.1:9/nobody"), 1)
    began = time.monotonic()
    with pytest.raises(MediaError, match="source_unreachable"):
        describe(path.rtsp_url)
    assert time.monotonic() - began < 3.0


def test_a_viewer_plays_hls_until_its_lease_ends_and_cannot_come_back(
    start: Callable[..., RealMediaMtx], rtsp: str, lease: Reservation, operator_a: User
) -> None:
    hls = start(**SHORT).settings["MEDIAMTX_HLS_URL"]
    gateway = MediaMtxGateway()
    gateway.ensure_path("cam-a", Secret(f"{rtsp}/cam-001-sheikh-zayed"), 1)
    token = token_of(lease.pk)
    assert playlist(hls, "nonsense")[0] == 401
    status, media = playlist(hls, token)
    assert (status, get(hls, media)[0]) == (200, 200)
    (session,) = gateway.hls_sessions()
    assert (session.camera_id, viewer_of(session)) == ("cam-a", names.viewer(str(lease.pk)))

    gateway.kick_hls(session.session_id)
    assert get(hls, media)[0] == 401
    assert playlist(hls, token)[0] == 200  # its lease is ACTIVE

    release(caller=operator_a, reservation_id=lease.pk)
    for left in gateway.hls_sessions():
        gateway.kick_hls(left.session_id)
    assert (playlist(hls, token)[0], gateway.hls_sessions()) == (401, [])


def test_an_instance_does_not_see_the_sessions_of_another(
    start: Callable[..., RealMediaMtx], rtsp: str, lease: Reservation, settings: Settings
) -> None:
    hls = start(**SHORT).settings["MEDIAMTX_HLS_URL"]
    MediaMtxGateway().ensure_path("cam-a", Secret(f"{rtsp}/cam-001-sheikh-zayed"), 1)
    assert playlist(hls, token_of(lease.pk))[0] == 200
    settings.INSTANCE_ID = "the-other"
    assert MediaMtxGateway().hls_sessions() == []


def test_after_its_restart_a_viewer_asks_again_and_plays_on(
    start: Callable[..., RealMediaMtx], rtsp: str, lease: Reservation
) -> None:
    server = start(**SHORT)
    hls, source = server.settings["MEDIAMTX_HLS_URL"], Secret(f"{rtsp}/cam-001-sheikh-zayed")
    MediaMtxGateway().ensure_path("cam-a", source, 1)
    _, media = playlist(hls, token_of(lease.pk))
    server.kill()
    server.start()
    assert get(hls, media)[0] == 401
    assert playlist(hls, token_of(lease.pk))[0] == 500  # the proxy's camera_offline, until the path is added again
    MediaMtxGateway().ensure_path("cam-a", source, 1)
    assert playlist(hls, token_of(lease.pk))[0] == 200


def test_the_low_latency_profile_has_parts(start: Callable[..., RealMediaMtx], rtsp: str, lease: Reservation) -> None:
    hls = start(**LOW_LATENCY).settings["MEDIAMTX_HLS_URL"]
    MediaMtxGateway().ensure_path("cam-a", Secret(f"{rtsp}/cam-001-sheikh-zayed"), 1)
    _, media = playlist(hls, token_of(lease.pk))
    assert "#EXT-X-PART:DURATION=0.2" in get(hls, media)[1]


def test_no_token_and_no_password_reaches_its_log(
    start: Callable[..., RealMediaMtx], rtsp: str, lease: Reservation
) -> None:
    server = start(**SHORT)
    gateway, token = MediaMtxGateway(), token_of(lease.pk)
    source = f"{rtsp.replace('://', '://admin:camera-secret@')}/cam-001-sheikh-zayed"
    path = gateway.ensure_path("cam-a", Secret(source), 1)
    describe(path.rtsp_url)
    playlist(server.settings["MEDIAMTX_HLS_URL"], token)
    secrets = ["camera-secret", token, path.rtsp_url.reveal().split(":")[2].partition("@")[0]]
    assert "[HLS]" in server.log()
    assert [secret for secret in secrets if secret in server.log()] == []
