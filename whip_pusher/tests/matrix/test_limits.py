"""What is H.264, but too much for viewers: seldom keyframes, many bits. `auto` leaves passthrough and says why."""

from __future__ import annotations

import pytest

from deploy.demo.clock_strip import camera_number
from whip_pusher.tests.matrix.conftest import Play
from whip_pusher.tests.matrix.viewer import now_ms

pytestmark = pytest.mark.slow
GOP = 10  # seconds, of the camera


def test_seldom_keyframes_are_transcoded(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/gop-10s", MAX_GOP_SECONDS="2")
    viewer.frame(camera=camera_number("gop-10s"))
    assert viewer.source(2 + 4, why="long_gop")["mode"] == "transcode"
    # A decoder that begins in the middle of a group may have to wait for its end.
    viewer.frame_after(now_ms(), GOP + 2)


def test_a_limit_above_the_cameras_gop_leaves_it_as_it_is(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/gop-2s", MAX_GOP_SECONDS="4")
    viewer.frame(camera=camera_number("gop-2s"))
    assert viewer.longest_gap(4) < 1
    assert '"transcode"' not in "".join(viewer.pusher.output)


def test_many_bits_are_transcoded(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/many-bits", MAX_BITRATE_KBPS="1000")
    assert viewer.source(8, why="bitrate")["mode"] == "transcode"
    viewer.frame_after(now_ms(), 5)


@pytest.mark.parametrize(("mount", "limit"), [("gop-10s", "MAX_GOP_SECONDS"), ("many-bits", "MAX_BITRATE_KBPS")])
def test_passthrough_that_was_asked_for_knows_no_limit(play: Play, odd_url: str, mount: str, limit: str) -> None:
    viewer = play(f"{odd_url}/{mount}", MODE="passthrough", **{limit: {"MAX_GOP_SECONDS": "1"}.get(limit, "500")})
    viewer.frame()
    assert viewer.longest_gap(3) < 1
    assert '"transcode"' not in "".join(viewer.pusher.output)


@pytest.mark.parametrize("mount", ["h265-gop-8s", "no-sprop-gop-8s"])
def test_a_long_group_that_is_joined_in_its_middle_is_waited_for(play: Play, odd_url: str, mount: str) -> None:
    """Nothing can be decoded, or not even parsed, until the next keyframe: that is no fault of the codec."""
    play(f"{odd_url}/{mount}", MODE="auto").frame()
    viewer = play(f"{odd_url}/{mount}", FIRST_PACKET_TIMEOUT="3", MAX_GOP_SECONDS="20")
    viewer.pusher.wait_for("first_packet", 5)
    viewer.frame(12, camera=camera_number(mount))
    assert viewer.pusher.process.poll() is None
