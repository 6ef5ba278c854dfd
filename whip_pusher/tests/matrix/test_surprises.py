"""A stream that changes under the pusher's hands goes on, in the same process and the same session."""

from __future__ import annotations

import pytest

from deploy.demo.clock_strip import camera_number
from whip_pusher.tests.matrix.conftest import Play
from whip_pusher.tests.matrix.viewer import now_ms
from whip_pusher.tests.programs import Program

pytestmark = pytest.mark.slow
AWAY = 2.0  # seconds without a picture that a change may cost


def change(odd: Program, mount: str, since: float) -> float:
    """When the camera `mount` began to misbehave, milliseconds since 1970; in this test, not in an earlier one."""
    while (told := odd.wait_for("odd", 10, mount=mount)["ms"]) < since:
        pass
    return float(told)


@pytest.mark.parametrize("mode", ["passthrough", "transcode"])
@pytest.mark.parametrize("mount", ["jump-forward", "jump-backward"])
def test_timestamps_that_jump_by_an_hour(play: Play, odd: Program, odd_url: str, mount: str, mode: str) -> None:
    began, viewer = now_ms(), play(f"{odd_url}/{mount}", MODE=mode)
    viewer.frame(camera=camera_number(mount))
    jumped = change(odd, mount, began)
    after = viewer.frame_after(jumped, AWAY)
    assert after["made_ms"] - jumped < AWAY * 1000
    assert viewer.longest_gap(2) < 1
    assert viewer.frame()["age_ms"] < 1500
    assert viewer.pusher.process.poll() is None


def test_frames_that_begin_to_be_reordered_are_transcoded_whatever_the_sdp_says(
    play: Play, odd: Program, odd_url: str
) -> None:
    began, viewer = now_ms(), play(f"{odd_url}/begin-b-frames")
    viewer.frame(camera=camera_number("begin-b-frames"))
    change(odd, "begin-b-frames", began)
    assert viewer.source(4, why="b_frames")["mode"] == "transcode"
    turned = now_ms()
    while viewer.frame()["at_ms"] < turned + 1000:
        pass
    assert viewer.longest_gap(2) < 1


def test_a_size_that_changes(play: Play, odd: Program, odd_url: str) -> None:
    began, viewer = now_ms(), play(f"{odd_url}/shrink")
    viewer.frame(width=1280, height=720)
    change(odd, "shrink", began)
    viewer.frame(4, width=640, height=360)
    assert viewer.longest_gap(2) < 1
    assert viewer.pusher.process.poll() is None


def test_a_size_that_changes_while_it_is_transcoded(play: Play, odd: Program, odd_url: str) -> None:
    began, viewer = now_ms(), play(f"{odd_url}/shrink", MODE="transcode", PROFILE="720p")
    viewer.frame(width=1280, height=720)
    shrunk = change(odd, "shrink", began)
    while viewer.frame()["at_ms"] < shrunk + 1000:
        pass
    assert viewer.longest_gap(2) < 1
    assert viewer.pusher.process.poll() is None
