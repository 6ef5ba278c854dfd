"""Which silence ends a run, and which does not."""

from __future__ import annotations

from whip_pusher.config import Timeouts
from whip_pusher.exits import Exit
from whip_pusher.watchdog import Marks, verdict

LIMITS = Timeouts()


def code(marks: Marks, now: float) -> Exit | None:
    found = verdict(marks, LIMITS, now)
    return found.exit if found else None


def flowing(until: float, *, rtcp: float | None = None) -> Marks:
    marks = Marks(started=0, described=0.1, offered=0.2, connected=0.5, first_packet=0.3, frame=until, rtcp=rtcp)
    marks.packet, marks.resumed = until, 0.3
    return marks


def test_a_source_that_never_answers_is_unreachable() -> None:
    assert (code(Marks(started=0), 9.9), code(Marks(started=0), 10.1)) == (None, Exit.SOURCE_UNREACHABLE)


def test_a_source_that_answers_but_sends_nothing_is_unreachable() -> None:
    marks = Marks(started=0, described=1)
    assert (code(marks, 11.9), code(marks, 12.1)) == (None, Exit.SOURCE_UNREACHABLE)


def test_a_negotiation_without_end_is_a_lost_sfu() -> None:
    marks = Marks(started=0, described=1, offered=1, first_packet=1.2, packet=1.2)
    assert (code(marks, 8.9), code(marks, 9.1)) == (None, Exit.SFU_GONE)


def test_no_packet_for_its_timeout_is_a_stall() -> None:
    marks = flowing(20, rtcp=20)
    assert (code(marks, 24.9), code(marks, 25.1)) == (None, Exit.SOURCE_STALLED)


def test_packets_without_a_frame_are_a_refused_codec() -> None:
    marks = flowing(20, rtcp=20)
    marks.frame = None
    assert code(marks, 20) == Exit.CODEC_REFUSED


def test_no_rtcp_while_media_flows_is_a_lost_sfu() -> None:
    assert (code(flowing(20, rtcp=16.1), 20), code(flowing(20, rtcp=15.9), 20)) == (None, Exit.SFU_GONE)


def test_the_first_rtcp_may_take_twice_as_long() -> None:
    assert (code(flowing(8.4), 8.4), code(flowing(8.6), 8.6)) == (None, Exit.SFU_GONE)


def test_a_pausing_source_is_not_blamed_on_the_sfu() -> None:
    marks = flowing(20, rtcp=18)
    assert code(marks, 23) is None
    marks.on_packet(24)
    assert code(marks, 24.1) is None
    assert marks.rtcp_age(24.1) is not None
    assert (marks.rtcp_age(24.1) or 9) < 1
