"""HLS beside WebRTC, from the same connection, and never in its way."""

from __future__ import annotations

import re
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
    wait_for_segments(hls_dir / "index.m3u8", 3)
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
    # A busy machine's camera leaves frames out: half of what the segments' lengths promise is a picture that plays.
    lengths = [float(length) for length in re.findall(r"#EXTINF:([0-9.]+)", (still / "index.m3u8").read_text())]
    assert int(frames) >= sum(lengths) * 25 / 2 > 10
    assert not found.stderr


def test_a_broken_folder_costs_hls_but_not_the_stream(
    push: Push, rtsp: str, receiver: Program, receiver_url: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    program = push(f"{rtsp}/cam-001-sheikh-zayed", receiver_url, HLS_DIR=str(tmp_path / "file"), **LOOPBACK)
    program.wait_for("hls_disabled")
    assert program.wait_for("stats", hls=False)["fps"] > 10
    program.terminate()
    receiver.wait_for("deleted")


def test_hls_comes_back_when_its_folder_can_be_written_again(
    push: Push, rtsp: str, receiver: Program, receiver_url: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    program = push(f"{rtsp}/cam-001-sheikh-zayed", receiver_url, HLS_DIR=str(tmp_path / "file"), **LOOPBACK)
    program.wait_for("hls_disabled")
    (tmp_path / "file").unlink()
    program.wait_for("hls_enabled")
    wait_for_segments(tmp_path / "file" / "index.m3u8", 2)
    program.terminate()
    receiver.wait_for("deleted")
