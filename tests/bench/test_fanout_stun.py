"""Checks of ICE: RFC 5769's sample request is understood, and what we write we read."""

from __future__ import annotations

import pytest

from bench.fanout import stun

PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt"
# RFC 5769 section 2.1.
SAMPLE = bytes.fromhex(
    "000100582112a442b7e7a701bc34d686fa87dfae"
    "802200105354554e207465737420636c69656e74"
    "002400046e0001ff80290008932ff9b151263b36"
    "000600096576746a3a68367659202020"
    "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
    "80280004e57a3bcf"
)


def test_the_standard_s_sample_request_is_read_and_authentic() -> None:
    message = stun.parse(SAMPLE)
    assert (message.kind, message.attributes[stun.USERNAME]) == (stun.REQUEST, b"evtj:h6vY")
    assert stun.authentic(SAMPLE, PASSWORD)


def test_another_password_or_a_changed_octet_is_not_authentic() -> None:
    assert not stun.authentic(SAMPLE, "another")
    assert not stun.authentic(SAMPLE.replace(b"evtj", b"evtk"), PASSWORD)


def test_what_is_written_is_authentic_and_ends_with_the_standard_s_fingerprint() -> None:
    attributes = [(0x8022, b"STUN test client"), (stun.PRIORITY, bytes.fromhex("6e0001ff"))]
    written = stun.encode(stun.REQUEST, SAMPLE[8:20], attributes, PASSWORD)
    assert stun.authentic(written, PASSWORD)
    assert stun.parse(written).attributes[stun.PRIORITY] == bytes.fromhex("6e0001ff")
    assert written[-8:-4] == SAMPLE[-8:-4]


def test_an_address_is_told_as_in_the_standard_s_sample_answer() -> None:
    # RFC 5769 section 2.2: 192.0.2.1 port 32853.
    assert stun.xor_mapped("192.0.2.1", 32853) == (stun.XOR_MAPPED_ADDRESS, bytes.fromhex("0001a147e112a643"))


@pytest.mark.parametrize("datagram", [b"", SAMPLE[:-1], SAMPLE + b"\0", b"\x80" * 40])
def test_anything_else_is_refused(datagram: bytes) -> None:
    with pytest.raises(stun.NotStun):
        stun.parse(datagram)


def test_an_attribute_longer_than_the_message_is_refused() -> None:
    damaged = SAMPLE[:22] + b"\x7f\xff" + SAMPLE[24:]
    with pytest.raises(stun.NotStun):
        stun.parse(damaged)
