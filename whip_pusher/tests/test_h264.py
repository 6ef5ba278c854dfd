"""What the stream's own bits tell. Real parameter sets and slices of x264, but for the silent ones."""

from __future__ import annotations

import pytest

from whip_pusher import h264

CHROMA_422 = "677a000dbcb40a0cd80b506060640000030004000003007a3c50aa80"
CHROMA_444 = "67f4000d919681419b016a0c0c0c80000003008000000f478a1550"
TEN_BITS = "676e000da6cb40a0cd80b5060606a50000030001000003001e8f142aa0"
B_FRAMES = "674d4015eca0a0cd80b5060606a50000030001000003001e8f162d96"
PLAIN = "6742c015da05066c05a830303528000003000800000300f478b175"
SILENT = "674d4015f405017c80"  # main profile without VUI: whether there are B-frames only the frames tell
DELIMITER, P_SLICE, B_SLICE = "000000010930", "000001419a230066806241804064", "000001019e62402f403108222232"


@pytest.mark.parametrize(
    ("sps", "undecodable", "unfit"),
    [
        (CHROMA_422, "not_420", "not_420"),
        (CHROMA_444, "not_420", "not_420"),
        (TEN_BITS, "not_8_bit", "not_8_bit"),
        (B_FRAMES, None, "b_frames"),
        (PLAIN, None, None),
    ],
)
def test_what_browsers_do_not_decode_is_told_from_what_stutters(
    sps: str, undecodable: str | None, unfit: str | None
) -> None:
    read = h264.parsed(bytes.fromhex(sps))
    assert read is not None
    assert (read.undecodable, read.unfit) == (undecodable, unfit)


def test_parameter_sets_may_be_silent_about_the_order_of_frames() -> None:
    read = h264.parsed(bytes.fromhex(SILENT))
    assert read is not None
    assert (read.width, read.height, read.reorders, read.unfit) == (640, 368, None, None)


def test_a_profile_that_browsers_do_not_know_is_unfit() -> None:
    extended = bytes.fromhex("6758" + PLAIN[4:])
    read = h264.parsed(extended)
    assert read is not None
    assert read.unfit == "profile"


def test_parameter_sets_are_found_in_an_access_unit() -> None:
    unit = bytes.fromhex(f"{DELIMITER}00000001{PLAIN}00000168ce3c80")
    assert h264.first_sps(unit) == bytes.fromhex(PLAIN)
    assert h264.first_sps(bytes.fromhex(DELIMITER + P_SLICE)) is None


@pytest.mark.parametrize(("slice_", "is_b"), [(P_SLICE, False), (B_SLICE, True), ("", False), ("00000141", False)])
def test_a_b_slice_is_told_by_its_first_bits(slice_: str, is_b: bool) -> None:
    assert h264.has_b_slice(bytes.fromhex(DELIMITER + slice_)) is is_b


def test_what_cannot_be_read_tells_nothing() -> None:
    assert h264.parsed(b"\x67\x64") is None
