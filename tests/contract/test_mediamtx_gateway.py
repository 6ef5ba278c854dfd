"""MediaMtxGateway beyond the port's contract: what is ours, what is touched, and what a bad day looks like."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django import Settings

from streaming.media import mediamtx_client
from streaming.media import mediamtx_paths as paths
from streaming.media.mediamtx_client import MediaMtx
from streaming.media.mediamtx_gateway import MediaMtxGateway
from streaming.media.ports import MediaError, Secret
from tests.contract import mediamtxes
from tests.contract.mediamtxes import MediaMtxServer

CAMERA, NAME = "cam-001-test", "camera_cam-001-test"
SOURCE = Secret("rtsp://user:top-secret@127.0.0.1:9/cam")
SUB, SUB_SOURCE = f"{NAME}_sub", Secret("rtsp://user:top-secret@127.0.0.1:9/cam-sub")
DEST = "whip://127.0.0.1:9/whip/v1?generation={}&instance=cctv&started=1.5"


@pytest.fixture(params=mediamtxes.KINDS)
def server(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[MediaMtxServer]:
    with mediamtxes.running(request.param, tmp_path) as made:
        mediamtxes.point(settings, made)
        yield made


@pytest.fixture
def gateway(server: MediaMtxServer) -> MediaMtxGateway:
    return MediaMtxGateway()


def configuration(name: str = NAME) -> dict[str, object]:
    with MediaMtx() as api:
        found = api.get(f"/config/paths/get/{name}")
    assert found is not None
    return found


def paths_there() -> list[str]:
    with MediaMtx() as api:
        return sorted(conf["name"] for conf in api.items("/config/paths/list") if conf["name"].startswith("camera_"))


def foreign() -> None:
    with MediaMtx() as api:
        api.call("POST", f"/config/paths/add/{NAME}", {"source": "rtsp://127.0.0.1:9/theirs"})


def test_a_path_pulls_its_camera_on_demand_over_tcp(gateway: MediaMtxGateway, settings: Settings) -> None:
    settings.GATEWAY_CLOSE_SECONDS, settings.GATEWAY_MAX_READERS = 20, 7
    gateway.ensure_path(CAMERA, SOURCE, 1)
    said = configuration()
    assert (said["source"], said["sourceOnDemand"]) == (SOURCE.reveal(), True)
    assert (said["sourceOnDemandStartTimeout"], said["sourceOnDemandCloseAfter"]) == ("10s", "20s")
    assert (said["rtspTransport"], said["maxReaders"], said["record"]) == ("tcp", 7, False)


def test_a_pusher_reads_with_a_credential_of_its_generation(gateway: MediaMtxGateway, settings: Settings) -> None:
    third, fourth = (gateway.ensure_path(CAMERA, SOURCE, generation).rtsp_url for generation in (3, 4))
    base = settings.GATEWAY_RTSP_BASE_URL.removeprefix("rtsp://")
    assert third.reveal().startswith("rtsp://pusher-3:")
    assert third.reveal().endswith(f"@{base}/{NAME}")
    assert third.reveal().partition("@")[0][-64:] != fourth.reveal().partition("@")[0][-64:]


@pytest.mark.parametrize("close", [15, 90, 0.5, 3600])
def test_a_path_that_says_the_same_is_not_touched(
    server: MediaMtxServer, gateway: MediaMtxGateway, settings: Settings, close: float
) -> None:
    settings.GATEWAY_CLOSE_SECONDS = close
    gateway.ensure_path(CAMERA, SOURCE, 1)
    before = server.reloads
    gateway.ensure_path(CAMERA, SOURCE, 2)
    assert server.reloads == before == 1


def test_another_source_replaces_the_one_that_is_there(gateway: MediaMtxGateway) -> None:
    gateway.ensure_path(CAMERA, SOURCE, 1)
    gateway.ensure_path(CAMERA, Secret("rtsp://127.0.0.1:9/other"), 2)
    assert configuration()["source"] == "rtsp://127.0.0.1:9/other"
    assert gateway.list_paths() == [CAMERA]


def test_somebody_elses_path_is_never_touched(server: MediaMtxServer, gateway: MediaMtxGateway) -> None:
    foreign()
    before = server.reloads
    with pytest.raises(MediaError, match="name_taken") as taken:
        gateway.ensure_path(CAMERA, SOURCE, 1)
    gateway.remove_path(CAMERA)
    assert not taken.value.permanent
    assert (gateway.list_paths(), gateway.path_status(CAMERA)) == ([], None)
    assert (server.reloads, configuration()["source"]) == (before, "rtsp://127.0.0.1:9/theirs")


def test_another_instances_path_is_somebody_elses(gateway: MediaMtxGateway, settings: Settings) -> None:
    settings.INSTANCE_ID = "the-other"
    gateway.ensure_path(CAMERA, SOURCE, 1)
    settings.INSTANCE_ID = "the"
    with pytest.raises(MediaError, match="name_taken"):
        gateway.ensure_path(CAMERA, SOURCE, 1)
    assert gateway.list_paths() == []


def test_paths_of_other_forms_are_nobodys_camera(gateway: MediaMtxGateway) -> None:
    gateway.ensure_path(CAMERA, SOURCE, 1)
    with MediaMtx() as api:
        for name in ("elsewhere", "camera_UPPER", f"{NAME}_sub"):
            fields = {key: configuration()[key] for key in ("source", "recordPath")}
            api.call("POST", f"/config/paths/add/{name}", fields)
    assert gateway.list_paths() == [CAMERA]


def test_a_sub_streams_path_says_what_its_cameras_says(gateway: MediaMtxGateway) -> None:
    path = gateway.ensure_path(CAMERA, SOURCE, 3, sub_source=SUB_SOURCE)
    assert path.sub_rtsp_url is not None
    assert path.sub_rtsp_url.reveal() == f"{path.rtsp_url.reveal()}_sub"
    main, sub = configuration(), configuration(SUB)
    assert (sub["source"], sub["sourceOnDemand"], sub["rtspTransport"]) == (SUB_SOURCE.reveal(), True, "tcp")
    assert {key for key in main if main[key] != sub[key]} == {"name", "source", "recordPath"}


def test_both_paths_are_touched_only_where_they_change(server: MediaMtxServer, gateway: MediaMtxGateway) -> None:
    gateway.ensure_path(CAMERA, SOURCE, 1, sub_source=SUB_SOURCE)
    before = server.reloads
    gateway.ensure_path(CAMERA, SOURCE, 2, sub_source=SUB_SOURCE)
    assert server.reloads == before
    gateway.ensure_path(CAMERA, SOURCE, 3, sub_source=Secret("rtsp://127.0.0.1:9/other"))
    assert server.reloads == before + 1


def test_a_sub_stream_that_the_camera_has_no_more_leaves_no_path(gateway: MediaMtxGateway) -> None:
    gateway.ensure_path(CAMERA, SOURCE, 1, sub_source=SUB_SOURCE)
    gateway.ensure_path(CAMERA, SOURCE, 2)
    assert paths_there() == [NAME]


@pytest.mark.parametrize(("lost", "listed"), [(SUB, []), (NAME, [CAMERA])])
def test_half_of_a_camera_is_written_again_or_removed(gateway: MediaMtxGateway, lost: str, listed: list[str]) -> None:
    """Without its sub-stream it is not whole: the reconciler writes it again. What a removal left is to be removed."""
    gateway.ensure_path(CAMERA, SOURCE, 1, sub_source=SUB_SOURCE)
    with MediaMtx() as api:
        paths.delete(api, lost)
    assert gateway.list_paths() == listed
    gateway.ensure_path(CAMERA, SOURCE, 1, sub_source=SUB_SOURCE)
    assert paths_there() == [NAME, SUB]
    with MediaMtx() as api:
        paths.delete(api, lost)
    gateway.remove_path(CAMERA)
    assert paths_there() == []


def test_what_was_changed_can_be_read_at_once(gateway: MediaMtxGateway) -> None:
    for _ in range(20):
        gateway.ensure_path(CAMERA, SOURCE, 1, sub_source=SUB_SOURCE)
        assert paths_there() == [NAME, SUB]
        gateway.ensure_path(CAMERA, SOURCE, 1)
        assert paths_there() == [NAME]
        gateway.remove_path(CAMERA)
        assert paths_there() == []


def test_somebody_elses_path_in_the_place_of_the_sub_streams_is_never_touched(gateway: MediaMtxGateway) -> None:
    with MediaMtx() as api:
        api.call("POST", f"/config/paths/add/{SUB}", {"source": "rtsp://127.0.0.1:9/theirs"})
    with pytest.raises(MediaError, match="name_taken"):
        gateway.ensure_path(CAMERA, SOURCE, 1, sub_source=SUB_SOURCE)
    gateway.remove_path(CAMERA)
    assert paths_there() == [SUB]


def test_after_a_restart_nothing_is_there_and_all_can_be_added_again(
    server: MediaMtxServer, gateway: MediaMtxGateway
) -> None:
    gateway.ensure_path(CAMERA, SOURCE, 1)
    server.kill()
    server.start()
    assert gateway.list_paths() == []
    gateway.ensure_path(CAMERA, SOURCE, 1)
    assert gateway.list_paths() == [CAMERA]


def test_all_pages_of_a_listing_are_read(gateway: MediaMtxGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mediamtx_client, "PER_PAGE", 2)
    cameras = [f"cam-{number}" for number in range(5)]
    for camera in cameras:
        gateway.ensure_path(camera, SOURCE, 1)
    assert gateway.list_paths() == cameras


@pytest.mark.parametrize(("there", "left"), [(2, []), (3, [3]), (4, [4])])
def test_a_forward_of_an_older_generation_ends_and_others_go_on(
    gateway: MediaMtxGateway, there: int, left: list[int]
) -> None:
    gateway.ensure_path(CAMERA, SOURCE, there)
    with MediaMtx() as api:
        forward = {"forward": [{"dest": DEST.format(there)}], "sourceOnDemand": False}
        api.call("PATCH", f"/config/paths/patch/{NAME}", forward)
    gateway.ensure_path(CAMERA, SOURCE, 3)
    said = configuration()
    assert [f"generation={number}&" in str(said["forward"]) for number in left] == [True] * len(left)
    assert (len(left), said["sourceOnDemand"]) == (len(said["forward"]), False)  # type: ignore[arg-type]


def test_a_source_that_mediamtx_refuses_is_permanent_and_not_repeated(gateway: MediaMtxGateway) -> None:
    with pytest.raises(MediaError, match="gateway_refused") as refused:
        gateway.ensure_path(CAMERA, Secret("rtsp://lonely-user@127.0.0.1:9/cam"), 1)
    assert refused.value.permanent
    assert "lonely-user" not in f"{refused.value!r}{refused.value.params}"


def test_a_mediamtx_that_is_away_is_a_transient_error(server: MediaMtxServer, gateway: MediaMtxGateway) -> None:
    server.kill()
    calls = [
        gateway.list_paths,
        gateway.hls_sessions,
        lambda: gateway.ensure_path(CAMERA, SOURCE, 1),
        lambda: gateway.remove_path(CAMERA),
        lambda: gateway.path_status(CAMERA),
        lambda: gateway.kick_hls("x"),
    ]
    for call in calls:
        with pytest.raises(MediaError, match="gateway_unreachable") as error:
            call()
        assert not error.value.permanent


def test_a_mediamtx_that_hangs_costs_no_more_than_the_timeout(
    server: MediaMtxServer, gateway: MediaMtxGateway, settings: Settings
) -> None:
    settings.MEDIA_CALL_TIMEOUT = 1.0
    server.hang()
    began = time.monotonic()
    with pytest.raises(MediaError, match="gateway_unreachable"):
        gateway.ensure_path(CAMERA, SOURCE, 1)
    assert time.monotonic() - began < 2.0
    server.wake()


def test_ten_workers_at_once_make_one_path(gateway: MediaMtxGateway) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: gateway.ensure_path(CAMERA, SOURCE, 1), range(10)))
    assert len(set(answers)) == 1
    assert gateway.list_paths() == [CAMERA]
