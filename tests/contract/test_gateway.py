"""Gateway: the contract of streaming.media.ports, and what DirectGateway promises about the disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from streaming.media.direct_gateway import DirectGateway
from streaming.media.mediamtx_gateway import MediaMtxGateway
from streaming.media.ports import Gateway, MediaError, Secret
from tests.contract import mediamtxes

CAMERA, OTHER = "cam-001-test", "cam-002-test"
SOURCE = Secret("rtsp://user:pass@127.0.0.1:8554/cam")
SUB_SOURCE = Secret("rtsp://user:pass@127.0.0.1:8554/cam-sub")
PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1.0,\nsegment00001.ts\n"


def direct(settings: Settings, folder: Path) -> Gateway:
    settings.HLS_DIR = str(folder / "hls")
    (folder / "hls").mkdir()
    return DirectGateway()


@pytest.fixture(params=["direct", *mediamtxes.KINDS])
def gateway(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Gateway]:
    if request.param == "direct":
        yield direct(settings, tmp_path)
        return
    with mediamtxes.running(request.param, tmp_path) as server:
        mediamtxes.point(settings, server)
        yield MediaMtxGateway()


@pytest.fixture
def written(settings: Settings, tmp_path: Path) -> Gateway:
    """Where the pusher writes HLS itself."""
    return direct(settings, tmp_path)


@pytest.fixture
def hls(written: Gateway) -> Path:
    """Where the pusher of generation 3 writes."""
    path = written.ensure_path(CAMERA, SOURCE, 3)
    assert path.hls_dir is not None
    return Path(path.hls_dir)


def publish(folder: Path) -> None:
    (folder / "segment00001.ts").write_bytes(b"G" * 188)
    (folder / "index.m3u8").write_text(PLAYLIST)


def test_ensure_path_gives_a_url_for_the_pusher_and_never_shows_it(gateway: Gateway) -> None:
    path = gateway.ensure_path(CAMERA, SOURCE, 3)
    assert path.rtsp_url.reveal().startswith("rtsp://")
    assert "pass" not in repr(path)


def test_ensure_path_may_be_asked_twice(gateway: Gateway) -> None:
    assert gateway.ensure_path(CAMERA, SOURCE, 3) == gateway.ensure_path(CAMERA, SOURCE, 3)
    assert gateway.list_paths() == [CAMERA]


def test_paths_are_listed_by_camera_until_removed(gateway: Gateway) -> None:
    gateway.ensure_path(OTHER, SOURCE, 1)
    gateway.ensure_path(CAMERA, SOURCE, 1)
    assert gateway.list_paths() == [CAMERA, OTHER]
    gateway.remove_path(CAMERA)
    assert gateway.list_paths() == [OTHER]
    assert gateway.path_status(CAMERA) is None


def test_a_sub_stream_is_read_beside_its_camera_and_comes_and_goes_with_it(gateway: Gateway) -> None:
    path = gateway.ensure_path(CAMERA, SOURCE, 3, sub_source=SUB_SOURCE)
    assert path.sub_rtsp_url is not None
    assert path.sub_rtsp_url.reveal() != path.rtsp_url.reveal()
    assert "pass" not in repr(path)
    assert gateway.ensure_path(CAMERA, SOURCE, 3, sub_source=SUB_SOURCE) == path
    assert gateway.list_paths() == [CAMERA]
    assert gateway.ensure_path(CAMERA, SOURCE, 4).sub_rtsp_url is None
    assert gateway.list_paths() == [CAMERA]
    gateway.ensure_path(CAMERA, SOURCE, 5, sub_source=SUB_SOURCE)
    gateway.remove_path(CAMERA)
    assert gateway.list_paths() == []


def test_removing_what_is_not_there_is_no_error(gateway: Gateway) -> None:
    gateway.remove_path(CAMERA)
    assert gateway.path_status(CAMERA) is None
    assert not gateway.hls_ready(CAMERA)


def test_who_has_no_session_is_not_listed_and_kicking_nobody_is_no_error(gateway: Gateway) -> None:
    gateway.ensure_path(CAMERA, SOURCE, 1)
    assert gateway.hls_sessions() == []
    gateway.kick_hls("4dc6f460-1fac-4d20-8540-39aaca25bdba")


def test_hls_is_ready_with_the_first_whole_segment(written: Gateway, hls: Path) -> None:
    assert not written.hls_ready(CAMERA)
    (hls / "index.m3u8").write_text(PLAYLIST)
    assert not written.hls_ready(CAMERA)
    publish(hls)
    assert written.hls_ready(CAMERA)
    status = written.path_status(CAMERA)
    assert status is not None
    assert status.ready
    assert status.bytes_received > 188


def test_a_new_generation_starts_with_nothing_of_the_old(written: Gateway, hls: Path) -> None:
    publish(hls)
    written.ensure_path(CAMERA, SOURCE, 4)
    assert not written.hls_ready(CAMERA)
    assert not hls.exists()


def test_names_with_a_suffix_are_told_apart(gateway: Gateway, settings: Settings) -> None:
    settings.NAME_SUFFIX = "-staging"
    gateway.ensure_path(CAMERA, SOURCE, 1)
    assert gateway.list_paths() == [CAMERA]
    gateway.remove_path(CAMERA)
    assert gateway.list_paths() == []


def test_remove_wins_against_a_pusher_that_still_writes(written: Gateway, hls: Path) -> None:
    until = time.monotonic() + 0.5

    def write() -> None:
        number = 0
        while time.monotonic() < until and hls.exists():
            number += 1
            try:
                (hls / f"segment{number:05}.ts").write_bytes(b"G" * 188)
            except OSError:
                return

    writer = threading.Thread(target=write)
    writer.start()
    written.remove_path(CAMERA)
    writer.join()
    assert not hls.parent.exists()


@pytest.mark.parametrize("name", ["../outside", "a/../../outside", "/etc"])
def test_nothing_outside_the_folder_is_ever_removed(tmp_path: Path, settings: Settings, name: str) -> None:
    gateway = direct(settings, tmp_path)
    outside = tmp_path / "outside"
    outside.mkdir()
    with pytest.raises(MediaError, match="bad_path_name"):
        gateway.remove_path(name)
    assert outside.exists()


def test_a_link_is_not_followed(tmp_path: Path, settings: Settings) -> None:
    gateway = direct(settings, tmp_path)
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "hls" / f"camera_{CAMERA}").symlink_to(outside)
    with pytest.raises(MediaError, match="bad_path_name"):
        gateway.remove_path(CAMERA)
    assert outside.exists()
    assert gateway.list_paths() == []


def test_a_folder_that_cannot_be_written_is_a_coded_error(tmp_path: Path, settings: Settings) -> None:
    settings.HLS_DIR = str(tmp_path / "a-file")
    (tmp_path / "a-file").write_text("")
    with pytest.raises(MediaError, match="hls_dir_unwritable"):
        DirectGateway().ensure_path(CAMERA, SOURCE, 1)
