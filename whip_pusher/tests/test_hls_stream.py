"""HLS beside WebRTC, from the same connection, and never in its way."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from whip_pusher.tests.conftest import LOOPBACK
from whip_pusher.tests.programs import Program

pytestmark = pytest.mark.slow
Push = Callable[..., Program]


def wait_for_segments(playlist: Path, count: int) -> str:
    until = time.monotonic() + 15
    while time.monotonic() < until:
        if playlist.exists() and playlist.read_text().count("#EXTINF") >= count:
            return playlist.read_text()
        time.sleep(0.05)
    raise AssertionError(f"no {count} segments in {list(playlist.parent.iterdir())}")


@pytest.mark.parametrize("mount", ["cam-001-sheikh-zayed", "cam-002-metro-station"])
def test_ffprobe_plays_it(
    push: Push, rtsp: str, receiver: Program, receiver_url: str, hls_dir: Path, tmp_path: Path, mount: str
) -> None:
    program = push(f"{rtsp}/{mount}", receiver_url, HLS_DIR=str(hls_dir), **LOOPBACK)
    wait_for_segments(hls_dir / "index.m3u8", 4)  # a busy machine's camera leaves frames out
    still = tmp_path / "still"
    shutil.copytree(hls_dir, still)
    with (still / "index.m3u8").open("a") as playlist:
        playlist.write("#EXT-X-ENDLIST\n")  # Else ffprobe waits for more.
    assert program.terminate() < 2
    receiver.wait_for("deleted")
    show = "ffprobe -v error -count_frames -show_entries stream=codec_name,nb_read_frames -of csv=p=0"
    found = subprocess.run([*show.split(), str(still / "index.m3u8")], capture_output=True, text=True, check=True)
    codec, frames = found.stdout.split()[0].strip(",").split(",")[:2]
    assert codec == "h264"
    assert int(frames) >= 40
    assert not found.stderr


@pytest.fixture
def without_folder(push: Push, rtsp: str, receiver_url: str, tmp_path: Path) -> Program:
    """A pusher that cannot write HLS, because a file is in its folder's place."""
    (tmp_path / "file").write_text("in the way")
    program = push(f"{rtsp}/cam-001-sheikh-zayed", receiver_url, HLS_DIR=str(tmp_path / "file"), **LOOPBACK)
    program.wait_for("hls_disabled")
    return program


def test_a_broken_folder_costs_hls_but_not_the_stream(receiver: Program, without_folder: Program) -> None:
    program = without_folder
    assert program.wait_for("stats", hls=False)["fps"] > 10
    program.terminate()
    receiver.wait_for("deleted")


def test_hls_comes_back_when_its_folder_can_be_written_again(
    receiver: Program, without_folder: Program, tmp_path: Path
) -> None:
    program = without_folder
    (tmp_path / "file").unlink()
    program.wait_for("hls_enabled")
    wait_for_segments(tmp_path / "file" / "index.m3u8", 2)
    program.terminate()
    receiver.wait_for("deleted")
