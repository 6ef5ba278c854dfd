"""A camera with a sub-stream: two named tracks of one session, of which only what is wanted is fed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.demo.clock_strip import camera_number
from whip_pusher.tests.matrix.conftest import Play
from whip_pusher.tests.matrix.viewer import Viewer

pytestmark = pytest.mark.slow
HIGH, LOW = 0, 1  # m-lines


def want(control: Path, *layers: str) -> None:
    written = control.with_suffix(".new")
    written.write_text(json.dumps({"layers": layers}))
    written.replace(control)


def both(play: Play, odd_url: str, control: Path, **env: str) -> Viewer:
    return play(f"{odd_url}/720p", SUB_RTSP_URL=f"{odd_url}/240p", CONTROL_FILE=str(control), **env)


def test_both_layers_arrive_and_bear_their_names(play: Play, odd_url: str, tmp_path: Path) -> None:
    viewer = both(play, odd_url, tmp_path / "control", LAYERS="high,low", CAMERA_ID="cam-9")
    assert [media["msid"] for media in viewer.offer()] == ["cam-9 high", "cam-9 low"]
    viewer.frame(line=HIGH, camera=camera_number("720p"), width=1280)
    viewer.frame(line=LOW, camera=camera_number("240p"), width=400)


def test_a_layer_that_nobody_wants_is_not_fed_until_somebody_does(play: Play, odd_url: str, tmp_path: Path) -> None:
    viewer = both(play, odd_url, tmp_path / "control", LAYERS="low")
    assert len(viewer.offer()) == 2
    assert {frame["line"] for frame in viewer.frames(20)} == {LOW}
    want(tmp_path / "control", "high", "low")
    viewer.frame(3, line=HIGH, camera=camera_number("720p"))
    want(tmp_path / "control", "high")
    while any(frame["line"] == LOW for frame in viewer.frames(10)):
        pass


def test_without_a_sub_stream_there_is_one_layer(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/720p", LAYERS="high")
    assert [media["kind"] for media in viewer.offer()] == ["video"]
    viewer.frame(line=HIGH)


def test_a_transcoder_makes_the_low_layer_from_the_same_decode(play: Play, odd_url: str) -> None:
    viewer = play(f"{odd_url}/h265-1080p", LOW_LAYER="on", LAYERS="high,low", PROFILE="720p")
    assert len(viewer.offer()) == 2
    viewer.frame(line=HIGH, width=1280)
    assert viewer.frame(line=LOW)["width"] < 1280


@pytest.mark.parametrize("layers", ["low", "high,low"])
def test_a_low_layer_of_what_passes_is_the_main_stream(play: Play, odd_url: str, layers: str) -> None:
    viewer = play(f"{odd_url}/baseline", LOW_LAYER="on", LAYERS=layers)
    viewer.frame(line=LOW, camera=camera_number("baseline"))


@pytest.mark.parametrize("mount", ["baseline", "h265"])
def test_only_the_layers_that_are_wanted_are_fed_from_one_decode(
    play: Play, odd_url: str, tmp_path: Path, mount: str
) -> None:
    control = tmp_path / "control"
    viewer = play(f"{odd_url}/{mount}", LOW_LAYER="on", LAYERS="high", CONTROL_FILE=str(control))
    assert {frame["line"] for frame in viewer.frames(20)} == {HIGH}
    want(control, "high", "low")
    viewer.frame(5, line=LOW)
    viewer.frame(5, line=HIGH)
    want(control, "low")
    while any(frame["line"] == HIGH for frame in viewer.frames(10)):
        pass
