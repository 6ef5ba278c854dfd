"""ForwardPushers beyond the contract of all runners: the path it writes into, and what can never be forwarded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from streaming.lifecycle.source import exit_error
from streaming.media.forward_pushers import ForwardPushers
from streaming.media.mediamtx_client import MediaMtx
from streaming.media.mediamtx_gateway import MediaMtxGateway
from streaming.media.ports import MediaError, PusherSpec, Secret
from tests.contract import mediamtx_bodies as bodies
from tests.contract import mediamtxes
from tests.contract.mediamtx_fake import FakeMediaMtx
from tests.contract.mediamtxes import MediaMtxServer

CAMERA, NAME = "cam-001-test", "camera_cam-001-test"
SOURCE = Secret("rtsp://127.0.0.1:9/cam")


def spec(generation: int = 3, endpoint: str = "http://127.0.0.1:9/whip/v1") -> PusherSpec:
    return PusherSpec(CAMERA, generation, {"WHIP_ENDPOINT": endpoint}, {"STREAM_KEY": Secret("the-key")})


@pytest.fixture(params=mediamtxes.KINDS)
def server(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[MediaMtxServer]:
    with mediamtxes.running(request.param, tmp_path) as made:
        mediamtxes.point(settings, made)
        yield made


@pytest.fixture
def path(server: MediaMtxServer) -> None:
    """As a bring-up leaves it before it starts the pusher."""
    MediaMtxGateway().ensure_path(CAMERA, SOURCE, 3)


def configuration() -> dict[str, Any]:
    with MediaMtx() as api:
        found = api.get(f"/config/paths/get/{NAME}")
    assert found is not None
    return found


def test_a_forward_goes_to_the_endpoint_with_the_key_as_its_bearer(path: None) -> None:
    ForwardPushers().start(spec())
    (entry,) = configuration()["forward"]
    assert entry["dest"].startswith("whip://127.0.0.1:9/whip/v1?generation=3&instance=cctv&started=")
    assert entry["whipBearerToken"] == "the-key"


def test_while_a_path_forwards_its_source_is_not_on_demand(path: None) -> None:
    ForwardPushers().start(spec())
    assert configuration()["sourceOnDemand"] is False
    MediaMtxGateway().ensure_path(CAMERA, SOURCE, 3)
    assert (configuration()["sourceOnDemand"], len(configuration()["forward"])) == (False, 1)


def test_the_next_generation_does_not_build_the_path_anew(path: None, server: MediaMtxServer) -> None:
    """Whoever plays HLS goes on: only a change of the source or of sourceOnDemand cuts readers off."""
    ForwardPushers().start(spec(3))
    ForwardPushers().stop(CAMERA, up_to=3)
    MediaMtxGateway().ensure_path(CAMERA, SOURCE, 4)
    before = configuration()
    ForwardPushers().start(spec(4))
    assert {name for name, value in configuration().items() if before[name] != value} == {"forward"}


def test_a_removed_path_takes_its_forward_along(path: None) -> None:
    ForwardPushers().start(spec())
    MediaMtxGateway().remove_path(CAMERA)
    assert (ForwardPushers().inspect(CAMERA), ForwardPushers().list()) == (None, [])


def test_without_its_path_a_forward_starts_later(server: MediaMtxServer) -> None:
    with pytest.raises(MediaError, match="path_gone") as gone:
        ForwardPushers().start(spec())
    assert not gone.value.permanent


def test_after_a_restart_of_mediamtx_no_forward_is_there(path: None, server: MediaMtxServer) -> None:
    ForwardPushers().start(spec())
    server.kill()
    server.start()
    assert (ForwardPushers().inspect(CAMERA), ForwardPushers().list()) == (None, [])


@pytest.mark.parametrize("endpoint", ["", "rtmp://127.0.0.1/live"])
def test_an_endpoint_that_is_not_whip_is_refused_for_good(path: None, endpoint: str) -> None:
    with pytest.raises(MediaError, match="bad_pusher_setting") as refused:
        ForwardPushers().start(spec(endpoint=endpoint))
    assert refused.value.permanent
    assert configuration()["forward"] == []


@pytest.fixture
def fake(settings: Settings) -> Iterator[FakeMediaMtx]:
    server = FakeMediaMtx()
    mediamtxes.point(settings, server)
    MediaMtxGateway().ensure_path(CAMERA, SOURCE, 3)
    ForwardPushers().start(spec())
    yield server
    server.kill()


def test_h264_goes_on(fake: FakeMediaMtx) -> None:
    fake.plays(NAME, bodies.G711, bodies.H264)
    status = ForwardPushers().inspect(CAMERA)
    assert status is not None
    assert (status.running, status.exit_code) == (True, None)


@pytest.mark.parametrize(
    ("tracks", "error", "code"),
    [
        ([bodies.H265], "", "codec_refused"),
        ([bodies.G711, bodies.H265], "", "codec_refused"),
        ([bodies.MJPEG], bodies.NO_CODEC, "codec_refused"),
        ([bodies.H264], bodies.B_FRAMES, "codec_refused"),
        ([bodies.G711], "", "source_not_video"),
        ([bodies.H264], "bad status code: 406", "whip_refused"),
    ],
)
def test_what_a_browser_cannot_play_has_ended_for_good(
    fake: FakeMediaMtx, tracks: list[dict[str, object]], error: str, code: str
) -> None:
    fake.plays(NAME, *tracks)
    fake.forward_fails(NAME, error)
    status = ForwardPushers().inspect(CAMERA)
    assert status is not None
    assert not status.running
    why = exit_error(status.exit_code, status.reason)
    assert (why.code, why.permanent) == (code, True)


def test_a_forward_that_lost_its_camera_has_ended(fake: FakeMediaMtx, settings: Settings) -> None:
    """After the time that a camera has to connect; MediaMTX itself would try for ever."""
    fake.plays(NAME, bodies.H264)
    settings.SOURCE_START_SECONDS = 0
    assert [status.running for status in ForwardPushers().list()] == [True]
    fake.plays(NAME)
    (status,) = ForwardPushers().list()
    assert (status, status.running, status.exit_code) == (ForwardPushers().inspect(CAMERA), False, 14)
    settings.SOURCE_START_SECONDS = 10
    assert [status.running for status in ForwardPushers().list()] == [True]


@pytest.mark.parametrize("status", [401, 403, 404, 409])
def test_a_key_that_is_no_longer_good_asks_for_the_next_generation(fake: FakeMediaMtx, status: int) -> None:
    fake.plays(NAME, bodies.H264)
    fake.forward_fails(NAME, f"bad status code: {status}")
    ended = ForwardPushers().inspect(CAMERA)
    assert ended is not None
    why = exit_error(ended.exit_code, ended.reason)
    assert (why.code, why.permanent) == ("whip_unauthorised", False)


@pytest.mark.parametrize("error", ["bad status code: 503", "bad status code: 429", "deadline exceeded"])
def test_an_error_that_may_pass_is_mediamtx_own_to_repeat(fake: FakeMediaMtx, error: str) -> None:
    fake.plays(NAME, bodies.H264)
    fake.forward_fails(NAME, error)
    status = ForwardPushers().inspect(CAMERA)
    assert status is not None
    assert status.running
