"""Segments and playlist, from access units that GStreamer or FFmpeg need not have made."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from whip_pusher.config import HlsSettings
from whip_pusher.hls import Cutter, HlsOutput, Unit
from whip_pusher.mpegts import PACKET, TsMuxer, crc32
from whip_pusher.playlist import Folder

START = b"\x00\x00\x00\x01"
FRAME = 3600  # 25 frames a second, in 90 kHz.


def feed(cutter: Cutter, seconds: int, *, size: int = 2000, gop: int = 25, first: int = 0) -> None:
    for index in range(first, first + seconds * 25):
        key = index % gop == 0
        cutter.take(Unit(90000 + index * FRAME, START + bytes([0x65 if key else 0x41]) + bytes(size), key))


@pytest.fixture
def cutter(hls_dir: Path) -> Cutter:
    return made(hls_dir, 32_000_000)


def made(directory: Path, most: int) -> Cutter:
    folder = Folder(directory, most)
    folder.clear()
    return Cutter(folder, HlsSettings(directory, most, 1))


def listed(directory: Path) -> list[str]:
    text = (directory / "index.m3u8").read_text()
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_packets_are_whole_and_counted() -> None:
    muxer = TsMuxer()
    data = b"".join(muxer.access_unit(n, START + bytes(n * 7), keyframe=False) for n in range(200))
    packets = [data[at : at + PACKET] for at in range(0, len(data), PACKET)]
    assert {len(packet) for packet in packets} == {PACKET}
    assert {packet[0] for packet in packets} == {0x47}
    assert all(packet[3] & 15 == index % 16 for index, packet in enumerate(packets))


def test_the_table_checksum_is_the_standards() -> None:
    assert crc32(b"123456789") == 0x0376E6E7


def test_six_segments_are_listed_and_older_ones_deleted(cutter: Cutter, hls_dir: Path) -> None:
    feed(cutter, 20)
    names = listed(hls_dir)
    assert names == [f"segment{number:05d}.ts" for number in range(13, 19)]
    assert len(list(hls_dir.glob("*.ts"))) == 9
    assert "#EXT-X-TARGETDURATION:1\n" in (hls_dir / "index.m3u8").read_text()


def test_segments_begin_at_keyframes_only(cutter: Cutter, hls_dir: Path) -> None:
    feed(cutter, 12, gop=75)
    assert (hls_dir / "index.m3u8").read_text().count("#EXTINF:3.000,") == 3


def test_bytes_on_disk_stay_below_the_cap(hls_dir: Path) -> None:
    small = made(hls_dir, 1_000_000)
    for second in range(30):
        feed(small, 1, size=9_000, first=second * 25)
        assert sum(path.stat().st_size for path in hls_dir.iterdir()) < 1_000_000
        assert not (hls_dir / "index.m3u8").exists() or all((hls_dir / name).exists() for name in listed(hls_dir))
    assert 2 <= len(listed(hls_dir)) < 6


def test_a_segment_larger_than_half_the_cap_is_given_up(hls_dir: Path) -> None:
    small = made(hls_dir, 1_000_000)
    feed(small, 5, size=30_000)
    assert sum(path.stat().st_size for path in hls_dir.iterdir()) <= 1_000_000


def test_a_gap_becomes_a_discontinuity(cutter: Cutter, hls_dir: Path) -> None:
    feed(cutter, 2)
    cutter.take(None)
    feed(cutter, 3, first=500)
    assert "#EXT-X-DISCONTINUITY\n" in (hls_dir / "index.m3u8").read_text()


def test_an_earlier_run_leaves_nothing_behind(hls_dir: Path) -> None:
    hls_dir.mkdir()
    for name in ("segment00099.ts", "index.m3u8", "index.m3u8.new", "keep.txt"):
        (hls_dir / name).write_text("old")
    made(hls_dir, 1_000_000)
    assert [path.name for path in hls_dir.iterdir()] == ["keep.txt"]


def test_a_broken_folder_ends_hls_with_one_word(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    errors: list[str] = []
    output = HlsOutput(HlsSettings(tmp_path / "file" / "hls", 1_000_000, 1), errors.append)
    for _ in range(300):
        output.write(Unit(0, b"", True))
    output.join(2)
    assert errors == ["Not a directory"]
    assert not output.alive


def test_an_output_that_follows_another_goes_on_counting_and_says_that_some_are_missing(hls_dir: Path) -> None:
    settings = HlsSettings(hls_dir, 1_000_000, 1)
    folder = Folder(hls_dir, 1_000_000)
    folder.clear()
    after = Cutter(folder, settings, 7)
    feed(after, 3)
    text = (hls_dir / "index.m3u8").read_text()
    assert "#EXT-X-MEDIA-SEQUENCE:7\n" in text
    assert "#EXT-X-DISCONTINUITY\n" in text


def test_ffprobe_reads_what_the_muxer_wrote(tmp_path: Path) -> None:
    source, target = tmp_path / "in.h264", tmp_path / "out.ts"
    make = "ffmpeg -v error -f lavfi -i testsrc=size=320x180:rate=25:duration=2 -bf 0 -g 25 -f h264"
    subprocess.run([*make.split(), str(source)], check=True)
    units = source.read_bytes().split(START + b"\x67")
    muxer = TsMuxer()
    parts = [muxer.access_unit(90000 * n, START + b"\x67" + unit, keyframe=True) for n, unit in enumerate(units[1:], 1)]
    target.write_bytes(muxer.tables() + b"".join(parts))
    probe = "ffprobe -v error -show_entries stream=codec_name,width -of csv=p=0"
    found = subprocess.run([*probe.split(), str(target)], capture_output=True, text=True, check=True)
    assert "h264,320" in found.stdout
    assert not found.stderr
