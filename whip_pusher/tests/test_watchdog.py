"""Which silence ends a run, and which does not."""

from __future__ import annotations

from whip_pusher.config import Timeouts
from whip_pusher.exits import Exit
from whip_pusher.watchdog import SfuMarks, SourceMarks, of_sfu, of_source

LIMITS = Timeouts()


def source(marks: SourceMarks, now: float, connected: float | None = 0.5) -> Exit | None:
    found = of_source(marks, LIMITS, now, connected=connected)
    return found.exit if found else None


def sfu(marks: SfuMarks, now: float, media: SourceMarks) -> Exit | None:
    found = of_sfu(marks, LIMITS, now, flowing=media.sends(now), resumed=media.resumed)
    return found.exit if found else None


def flowing(until: float) -> SourceMarks:
    return SourceMarks(started=0, described=0.1, first_packet=0.3, packet=until, frame=until, resumed=0.3)


def test_a_source_that_never_answers_is_unreachable() -> None:
    marks = SourceMarks(started=0)
    assert (source(marks, 9.9, None), source(marks, 10.1, None)) == (None, Exit.SOURCE_UNREACHABLE)


def test_a_source_that_answers_but_sends_nothing_is_unreachable() -> None:
    marks = SourceMarks(started=0, described=1)
    assert (source(marks, 11.9, None), source(marks, 12.1, None)) == (None, Exit.SOURCE_UNREACHABLE)


def test_a_negotiation_without_end_is_a_lost_sfu() -> None:
    marks = SfuMarks(offered=1)
    assert (sfu(marks, 8.9, flowing(1.2)), sfu(marks, 9.1, flowing(1.2))) == (None, Exit.SFU_GONE)


def test_a_source_is_not_blamed_while_nothing_can_leave() -> None:
    assert source(flowing(1), 30, None) is None


def test_no_packet_for_its_timeout_is_a_stall() -> None:
    assert (source(flowing(20), 24.9), source(flowing(20), 25.1)) == (None, Exit.SOURCE_STALLED)


def test_a_keyframe_that_does_not_decode_is_a_refused_codec() -> None:
    marks = flowing(20)
    marks.frame, marks.keyframe = None, 7
    assert (source(marks, 18.9), source(marks, 19.1)) == (None, Exit.CODEC_REFUSED)


def test_a_group_of_pictures_may_take_half_a_minute_before_its_keyframe_is_missed() -> None:
    """Long groups joined in the middle; and never for good, because nothing was there to be decoded."""
    marks = flowing(31)
    marks.frame = None
    assert (source(marks, 30), source(marks, 31)) == (None, Exit.SOURCE_STALLED)


def test_a_decoder_that_had_frames_and_has_none_is_no_refused_codec() -> None:
    marks = flowing(40)
    marks.keyframe, marks.frame = 1, 9
    assert (source(marks, 38.9), source(marks, 39.1)) == (None, Exit.SOURCE_STALLED)


def test_an_offer_that_is_never_made_is_a_lost_sfu() -> None:
    """ICE gathering without an end, or a promise that is never kept."""
    marks = SfuMarks(allowed=1)
    assert (sfu(marks, 8.9, flowing(1.2)), sfu(marks, 9.1, flowing(1.2))) == (None, Exit.SFU_GONE)


def test_no_rtcp_while_media_flows_is_a_lost_sfu() -> None:
    late, well = SfuMarks(0.2, 0.5, rtcp=16.4), SfuMarks(0.2, 0.5, rtcp=16.6)
    assert (sfu(well, 20, flowing(20)), sfu(late, 20, flowing(20))) == (None, Exit.SFU_GONE)


def test_the_first_rtcp_may_take_twice_as_long() -> None:
    marks = SfuMarks(0.2, 0.5)
    assert (sfu(marks, 7.4, flowing(7.4)), sfu(marks, 7.6, flowing(7.6))) == (None, Exit.SFU_GONE)


def test_a_pausing_source_is_not_blamed_on_the_sfu() -> None:
    marks, media = SfuMarks(0.2, 0.5, rtcp=18), flowing(20)
    assert sfu(marks, 23, media) is None
    media.on_frame(24)
    assert sfu(marks, 24.1, media) is None
    assert (marks.rtcp_age(24.1, media.resumed) or 9) < 1


def test_an_sfu_that_is_sent_nothing_yet_is_not_blamed() -> None:
    """A camera with seldom keyframes sends packets, none of which may go on before the next one."""
    marks, media = SfuMarks(0.2, 0.5), SourceMarks(started=0, described=0.1)
    media.on_packet(0.3)
    media.on_packet(9.9)
    assert sfu(marks, 10, media) is None
    media.on_frame(10)
    assert (sfu(marks, 12, media), media.sends(12)) == (None, True)
