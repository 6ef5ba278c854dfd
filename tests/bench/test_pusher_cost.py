"""A row of the pusher's cost says what was measured, or that it was something else."""

from __future__ import annotations

import pytest

from bench.pusher.cost import CASES, Case
from whip_pusher.tests.odd_camera_list import OF_BENCH


@pytest.mark.parametrize(("fps", "told"), [(25.0, ""), (24.1, ""), (12.0, "NOT JUDGED: 12 frames/s instead of 25")])
def test_a_stream_of_another_rate_is_not_judged(fps: float, told: str) -> None:
    assert Case(name="x", main="x", fps=25).unlike(fps) == told


def test_a_case_without_a_rate_is_judged_at_any() -> None:
    assert Case(name="x", main="x").unlike(3.0) == ""


def test_the_cameras_of_rows_that_are_judged_have_the_rate_that_their_names_say() -> None:
    judged = [case for cases in CASES for case in cases if case.cpu is not None]
    assert [case.fps for case in judged] == [25, 25]
    (clip,) = [odd.spec for odd in OF_BENCH]
    assert (clip.mount in {case.main for case in judged}, clip.fps, clip.height) == (True, 25, 1080)
