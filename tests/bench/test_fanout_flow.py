"""Counting packets and frames by the RTP header alone."""

from __future__ import annotations

from collections.abc import Iterable

from bench.fanout.flow import Counts, Flow

SIZE = 1200


def flow(packets: Iterable[tuple[int, bool]]) -> Flow:
    """Of (sequence number, whether it ends a frame)."""
    found = Flow()
    for sequence, marker in packets:
        found.packet(bytearray([0x80, 0x80 * marker | 107, sequence >> 8 & 0xFF, sequence & 0xFF]), SIZE)
    return found


def frames_of_three(first: int, frames: int) -> list[tuple[int, bool]]:
    return [((first + n) & 0xFFFF, n % 3 == 2) for n in range(3 * frames)]


def test_each_marker_ends_a_frame_but_the_one_we_came_into() -> None:
    counts = flow(frames_of_three(10, 5)).counts()
    assert counts == Counts(packets=15, octets=15 * SIZE, expected=15, frames=4)


def test_the_sequence_number_wraps_without_a_loss() -> None:
    counts = flow(frames_of_three(65530, 5)).counts()
    assert (counts.lost, counts.frames) == (0, 4)


def test_a_missing_packet_is_lost_and_its_frame_is_not_whole() -> None:
    packets = frames_of_three(10, 5)
    del packets[7]
    counts = flow(packets).counts()
    assert (counts.lost, counts.packets, counts.frames) == (1, 14, 3)


def test_a_lost_end_of_a_frame_costs_the_next_one_too() -> None:
    packets = frames_of_three(10, 5)
    del packets[8]
    assert flow(packets).counts().frames == 2


def test_a_packet_that_comes_late_is_not_lost() -> None:
    packets = frames_of_three(10, 5)
    packets[6], packets[7] = packets[7], packets[6]
    assert flow(packets).counts().lost == 0


def test_a_window_is_told_by_what_came_since() -> None:
    earlier, later = Counts(10, 1000, 12, 3), Counts(30, 3000, 36, 9)
    assert later.since(earlier) == Counts(20, 2000, 24, 6)
    assert later.since(earlier).lost == 4


def test_before_the_first_packet_nothing_was_sent() -> None:
    assert Flow().counts() == Counts()
