"""On HLS, where WebRTC is not to be had, the numbers over the picture are those of the stream, and none is made up."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from tests.browser.player_page import Desk, desk
from tests.e2e.site import eventually

__all__ = ["desk"]
LENGTH, AHEAD = 40, 4  # segments of a second each: all of them, and those that are there at the beginning
MAKE = (
    f"ffmpeg -v error -f lavfi -i testsrc=size=640x360:rate=25:duration={LENGTH} -pix_fmt yuv420p -c:v libx264 "
    "-preset ultrafast -bf 0 -g 25 -sc_threshold 0 -f segment -segment_time 1 -segment_format mpegts"
)
NUMBERS = "player.querySelector('.cp-numbers').innerText"


@pytest.fixture(scope="module")
def segments(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder: Path = tmp_path_factory.mktemp("hls")
    subprocess.run([*MAKE.split(), str(folder / "%03d.ts")], check=True, timeout=60)
    return [path.read_bytes() for path in sorted(folder.glob("*.ts"))]


class LiveStream:
    """A playlist that grows by a segment each second, until it is broken."""

    def __init__(self, page: Page, segments: list[bytes]) -> None:
        self.segments, self.began, self.broken = segments, time.monotonic(), False
        page.route("**/live/**", self._answer)

    def edge(self) -> float:
        """Seconds of it that there are."""
        return time.monotonic() - self.began + AHEAD

    def bitrates(self) -> list[float]:
        """Bits each second, by segment."""
        return [len(segment) * 8.0 for segment in self.segments]

    def _answer(self, route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if self.broken:
            route.abort()
        elif name.endswith(".m3u8"):
            route.fulfill(body=self._playlist(), content_type="application/vnd.apple.mpegurl")
        else:
            route.fulfill(body=self.segments[int(name.removesuffix(".ts"))], content_type="video/mp2t")

    def _playlist(self) -> str:
        listed = "".join(f"#EXTINF:1.0,\n{number}.ts\n" for number in range(min(int(self.edge()), LENGTH)))
        return f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n{listed}"


@pytest.fixture
def stream(desk: Desk, segments: list[bytes]) -> LiveStream:
    """Watched by a browser without WebRTC, its statistics shown."""
    desk.page.evaluate("delete window.RTCPeerConnection")
    desk.door.hls_url = "/live/index.m3u8"
    live = LiveStream(desk.page, segments)
    desk.door.play(name="Sheikh Zayed Road", transport="auto")
    desk.until("player.getAttribute('transport') === 'hls' && player.stats.fps > 10 && player.stats.bitrate", 20)
    desk.page.evaluate("document.querySelector('camera-player').toggleStatistics()")
    return live


def test_size_rate_and_frames_are_the_streams(desk: Desk, stream: LiveStream) -> None:
    told = desk.page.evaluate("document.querySelector('camera-player').stats")
    assert (told["width"], told["height"]) == (640, 360)
    assert min(stream.bitrates()) * 0.95 <= told["bitrate"] <= max(stream.bitrates()) * 1.05
    desk.until("player.stats.fps > 20 && player.stats.fps < 35")  # 25, up to 1.3 times as fast to catch up


def test_the_latency_is_how_far_the_picture_is_behind_the_newest(desk: Desk, stream: LiveStream) -> None:
    def off() -> float:
        """Milliseconds between what is told and what is so."""
        told, at = desk.page.evaluate(
            "(({ stats, video }) => [stats.latencyMs, video.currentTime])(document.querySelector('camera-player'))"
        )
        return abs(float(told) - (stream.edge() - float(at)) * 1000)

    eventually(lambda: off() < 1500, 8, "the latency told is that of the picture")  # of a playlist up to 1 s old


def test_the_overlay_names_the_transport_and_makes_up_no_number_of_webrtc(desk: Desk, stream: LiveStream) -> None:
    desk.until(f"/Transport\\s+HLS/.test({NUMBERS}) && /Resolution\\s+640 × 360/.test({NUMBERS})")
    shown = desk.page.inner_text(".cp-numbers")
    for word in ("Frames per second", "Bitrate", "Latency", "Frames dropped"):
        assert word in shown, word
    for word in ("Packets lost", "Jitter buffer", "Round trip", "Layer", "NaN", "null", "undefined"):
        assert word not in shown, word


def test_a_stream_that_stops_leaves_no_numbers_of_before(desk: Desk, stream: LiveStream) -> None:
    stream.broken = True
    desk.until("player.state !== 'live'", 25)
    assert desk.told("stats") == {}
    assert "Bitrate" not in desk.page.inner_text(".cp-numbers")
