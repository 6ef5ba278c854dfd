"""The handshake of a viewer with a server in the same process."""

from __future__ import annotations

from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from OpenSSL import SSL

from bench.fanout import dtls, srtcp

REPORT = srtcp.receiver_report(1, 2, fraction=0, lost=0, highest=9)


def server() -> SSL.Connection:
    found = SSL.Connection(dtls.identity().context, None)
    found.set_accept_state()
    found.set_ciphertext_mtu(dtls.LARGEST)
    return found


def flight(tls: SSL.Connection) -> bytes:
    with suppress(SSL.WantReadError):
        tls.do_handshake()
    try:
        return tls.bio_read(65536)
    except SSL.WantReadError:
        return b""


def shake(viewer: dtls.Handshake, other: SSL.Connection) -> None:
    """At most ten flights, far more than it needs."""
    came: list[bytes] = []
    for _ in range(10):
        sent = [datagram for one in (came or [b""]) for datagram in viewer.step(one)]
        came = []
        for datagram in sent:
            other.bio_write(datagram)
            came += dtls.datagrams(flight(other))
        if viewer.sender and not came:
            return


def test_what_the_viewer_reports_the_server_can_read() -> None:
    viewer, other = dtls.Handshake(dtls.identity().fingerprint), server()
    shake(viewer, other)
    assert viewer.sender is not None
    secured = viewer.sender.protect(REPORT)
    assert other.get_selected_srtp_profile() == b"SRTP_AEAD_AES_256_GCM"
    material = other.export_keying_material(b"EXTRACTOR-dtls_srtp", 88)
    master, salt = srtcp.client_masters(material, 32)
    key, salt = srtcp.derived(master, salt, srtcp.RTCP_KEY, 32), srtcp.derived(master, salt, srtcp.RTCP_SALT, 12)
    nonce = bytes(a ^ b for a, b in zip(bytes(2) + REPORT[4:8] + bytes(6), salt, strict=True))
    assert AESGCM(key).decrypt(nonce, secured[8:-4], secured[:8] + secured[-4:]) == REPORT[8:]


def test_a_certificate_that_was_not_promised_is_refused() -> None:
    viewer = dtls.Handshake("AA:BB")
    with pytest.raises(dtls.WrongPeer):
        shake(viewer, server())


def test_nothing_is_sent_again_before_it_has_begun() -> None:
    assert dtls.Handshake("AA:BB").retry() == []


def test_records_are_never_divided_between_datagrams() -> None:
    records = [bytes(11) + size.to_bytes(2) + bytes(size) for size in (500, 600, 300, 1187, 20)]
    found = list(dtls.datagrams(b"".join(records)))
    assert found == [records[0] + records[1], records[2], records[3], records[4]]


def test_whoever_closes_says_goodbye() -> None:
    viewer, other = dtls.Handshake(dtls.identity().fingerprint), server()
    shake(viewer, other)
    for datagram in viewer.close():
        other.bio_write(datagram)
    with pytest.raises(SSL.ZeroReturnError):
        other.recv(100)


def test_closing_before_the_handshake_sends_nothing() -> None:
    assert dtls.Handshake("AA:BB").close() == []
