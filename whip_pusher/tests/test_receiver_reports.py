"""What an SFU's reports say."""

from __future__ import annotations

import struct

import pytest

from whip_pusher.receiver_reports import MOST_TRACKS, NTP_UNIX, Report, Reports

NOW = 1_800_000_000.0


def short(seconds: float) -> int:
    """The middle 32 bits of an NTP time, as reports have it."""
    return int((seconds + NTP_UNIX) * 65536) & 0xFFFFFFFF


def block(ssrc: int, *, fraction: int = 0, lost: int = 0, sent: float = 0.0, held: float = 0.0) -> bytes:
    last = short(sent) if sent else 0
    return struct.pack("!IIIIII", ssrc, fraction << 24 | lost & 0xFFFFFF, 5, 0, last, int(held * 65536))


def packet(kind: int, head: int, *blocks: bytes) -> bytes:
    body = b"\0" * head + b"".join(blocks)
    return struct.pack("!BBH", 0x80 | len(blocks), kind, len(body) // 4) + body


def receiver(*blocks: bytes) -> bytes:
    return packet(201, 4, *blocks)


def reports(*packets: bytes) -> dict[int, Report]:
    taken = Reports(lambda: NOW)
    for one in packets:
        taken.take(one)
    return taken.latest


def test_loss_and_round_trip_of_each_track() -> None:
    told = reports(receiver(block(1, fraction=64, lost=7, sent=NOW - 1.05, held=1.0)), receiver(block(2)))
    assert told[1].fraction_lost == 0.25
    assert told[1].lost == 7
    assert told[1].rtt_seconds == pytest.approx(0.05, abs=0.001)
    assert told[2] == Report(0.0, 0, None)


def test_reports_in_a_compound_packet_and_in_one_of_a_sender_are_read() -> None:
    keyframe = struct.pack("!BBHII", 0x81, 206, 2, 9, 1)
    told = reports(keyframe + receiver(block(1, lost=3), block(2, lost=4)) + packet(200, 24, block(3, lost=5)))
    assert {ssrc: report.lost for ssrc, report in told.items()} == {1: 3, 2: 4, 3: 5}


def test_the_newest_report_counts() -> None:
    assert reports(receiver(block(1, lost=3)), receiver(block(1, lost=9)))[1].lost == 9


def test_duplicates_are_no_negative_loss() -> None:
    assert reports(receiver(block(1, lost=-4)))[1].lost == 0


@pytest.mark.parametrize(("sent", "rtt"), [(NOW - 0.0, 0.0), (NOW + 0.001, 0.0), (NOW + 5, None), (NOW - 3600, None)])
def test_clocks_that_disagree_measure_nothing(sent: float, rtt: float | None) -> None:
    told = reports(receiver(block(1, sent=sent)))[1].rtt_seconds
    assert told == (None if rtt is None else pytest.approx(rtt, abs=0.001))


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\x81", b"\x81\xc9\x00\xff" + b"\0" * 8, b"\x9f\xc9\x00\x01" + b"\0" * 4, b"\x01\xc9\x00\x07" + b"\0" * 28],
)
def test_what_is_broken_is_left_out(garbage: bytes) -> None:
    assert reports(garbage) == {}


def test_a_flood_of_sources_is_cut() -> None:
    assert len(reports(*(receiver(block(ssrc)) for ssrc in range(1, 1000)))) == MOST_TRACKS
