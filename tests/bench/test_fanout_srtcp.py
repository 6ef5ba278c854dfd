"""SRTCP as the standards' samples have it."""

from __future__ import annotations

import struct

from bench.fanout import srtcp

# RFC 3711 appendix B.3.
MASTER_KEY, MASTER_SALT = "E1F97A0D3E018BE0D64FA32C06DE4139", "0EC675AD498AFEEBB6960B3AABE6"
# RFC 7714 section 17.1.
KEY, SALT = bytes(range(16)), b"Quid pro quo"
PLAIN = "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61" + 5 * "deadbeef"
SECURED = (
    "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b46"
    "86303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4"
)


def test_keys_are_derived_as_in_the_standard() -> None:
    key, salt = bytes.fromhex(MASTER_KEY), bytes.fromhex(MASTER_SALT)
    assert srtcp.derived(key, salt, 0, 16).hex().upper() == "C61E7A93744F39EE10734AFE3FF7A087"
    assert srtcp.derived(key, salt, 2, 14).hex().upper() == "30CBBC08863D8C85D49DB34A9AE1"


def test_a_packet_is_secured_as_in_the_standard() -> None:
    secured = srtcp.Sender(KEY, SALT, index=0x5D4).protect(bytes.fromhex(PLAIN))
    assert secured.hex() == SECURED


def test_two_packets_never_share_an_index() -> None:
    sender = srtcp.Sender(KEY, SALT)
    first, second = (sender.protect(bytes.fromhex(PLAIN)) for _ in range(2))
    assert (first[-4:].hex(), second[-4:].hex()) == ("80000000", "80000001")
    assert first[8:-4] != second[8:-4]


def test_a_report_tells_loss_and_the_highest_packet() -> None:
    report = srtcp.receiver_report(1, 2, fraction=0.25, lost=7, highest=0x10005)
    version, kind, words, own, source, loss, highest = struct.unpack_from("!BBHIIII", report)
    assert (version, kind, len(report)) == (0x81, srtcp.RECEIVER_REPORT, 4 * (words + 1))
    assert (own, source, loss, highest) == (1, 2, 64 << 24 | 7, 0x10005)


def test_the_client_s_key_and_salt_are_first_of_their_kind() -> None:
    material = b"c" * 16 + b"s" * 16 + b"C" * 12 + b"S" * 12
    assert srtcp.client_masters(material, 16) == (b"c" * 16, b"C" * 12)
