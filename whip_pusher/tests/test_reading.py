"""The stream's own word about itself: its parameter sets, also those that change, and the first B slice."""

from __future__ import annotations

from whip_pusher.reading import UNDECIDED_FRAMES, Reading
from whip_pusher.tests.test_h264 import B_FRAMES, B_SLICE, DELIMITER, P_SLICE, PLAIN, TEN_BITS


def unit(*parts: str) -> bytes:
    return bytes.fromhex(DELIMITER + "".join(parts))


def keyframe(sps: str) -> bytes:
    return unit("00000001", sps, "00000168ce3c80")


def test_a_stream_that_begins_to_reorder_is_unfit_and_that_is_told_once() -> None:
    reading = Reading()
    assert not reading.take(keyframe(PLAIN), keyframe=True)
    assert reading.take(keyframe(B_FRAMES), keyframe=True)
    assert not reading.take(keyframe(B_FRAMES), keyframe=True)
    assert (reading.unfit, reading.undecodable) == ("b_frames", False)


def test_what_no_browser_shows_is_known_at_the_first_keyframe() -> None:
    reading = Reading()
    reading.take(keyframe(TEN_BITS), keyframe=True)
    assert (reading.unfit, reading.undecodable) == ("not_8_bit", True)


def test_where_no_parameter_set_tells_the_first_b_slice_does() -> None:
    reading = Reading()
    reading.begin(undecided=True)
    assert not reading.take(unit(P_SLICE), keyframe=False)
    assert reading.take(unit(B_SLICE), keyframe=False)
    assert reading.unfit == "b_frames"


def test_frames_are_looked_at_only_where_they_decide_and_not_for_ever() -> None:
    reading = Reading()
    assert (reading.wants(keyframe=True), reading.wants(keyframe=False)) == (True, False)
    reading.begin(undecided=True)
    for _ in range(UNDECIDED_FRAMES):
        assert reading.wants(keyframe=False)
        reading.take(unit(P_SLICE), keyframe=False)
    assert not reading.wants(keyframe=False)
