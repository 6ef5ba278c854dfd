"""What is told of the way to the SFU: by a real Janus, and by reports whose content is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from whip_pusher.tests.conftest import KEY
from whip_pusher.tests.janus_sfu import Janus, Whip
from whip_pusher.tests.programs import Line, Program

pytestmark = pytest.mark.slow


@pytest.fixture
def publisher(janus_whip: Whip) -> Iterator[Program]:
    program = Program("-m", "whip_pusher.tests.stats_peer", janus_whip.url, KEY, "2")
    yield program
    program.stop()


def read_until(program: Program, true: Callable[[Line], bool], times: int = 60) -> Line:
    """Ten lines a second are printed."""
    for _ in range(times):
        line = program.wait_for("transport")
        if true(line):
            return line
    raise AssertionError(f"not within {times} lines; the last: {line}")


def test_loss_and_round_trip_are_known_with_the_first_report(publisher: Program) -> None:
    line = read_until(publisher, lambda line: bool(line["packets_sent"]))
    assert line["bytes_sent"] > line["packets_sent"]
    line = read_until(publisher, lambda line: line["rtt_ms"] is not None)
    assert 0 < line["rtt_ms"] < 100
    assert (line["packets_lost"], line["fraction_lost"], line["nack"]) == (0, 0.0, 0)
    assert publisher.wait_for("rtpbin")["rtt_ms"] == pytest.approx(line["rtt_ms"], abs=5)


def test_keyframe_requests_of_a_real_sfu_are_counted_for_all_tracks(
    publisher: Program, janus: Janus, janus_whip: Whip
) -> None:
    before = read_until(publisher, lambda line: line["rtt_ms"] is not None)
    ((session, handle),) = janus_whip.sessions.values()
    wish = {"request": "configure", "keyframe": True}
    janus.call(f"/{session}/{handle}", janus="message", body=wish)
    assert read_until(publisher, lambda line: line["pli"] == before["pli"] + 2)


def test_reports_are_read_as_they_were_written() -> None:
    program = Program("-m", "whip_pusher.tests.rtcp_peer")
    for event in ("transport", "rtpbin"):
        line = program.wait_for(event)
        assert (line["packets_lost"], line["fraction_lost"]) == (33, 0.25)
        assert (line["nack"], line["pli"], line["fir"]) == (2, 1, 0)
        assert line["rtt_ms"] is None, "a report without a sender report's time has no round trip"
    program.stop()
