"""The DTLS handshake of a viewer, as client, over datagrams that somebody else sends and receives (RFC 5764)."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from OpenSSL import SSL

from bench.fanout.srtcp import KEY_SIZE, SALT, Sender, client_masters

# What Chromium and Janus settle on; encrypting dearer or cheaper would tell another figure for Janus.
PROFILES = b"SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM"
LARGEST = 1200  # octets of a datagram
RECORD_HEADER = 13  # octets; the last two tell the length of the record


class WrongPeer(Exception):
    """The certificate is not the one the offer promised."""


@dataclass(frozen=True)
class Identity:
    context: SSL.Context
    fingerprint: str


@functools.cache
def identity() -> Identity:
    """One for all viewers: making a hundred is not what is measured."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "viewer")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    context = SSL.Context(SSL.DTLS_METHOD)
    context.use_certificate(certificate)
    context.use_privatekey(key)
    # Certificates of WebRTC are nobody's but for their fingerprint, which `Handshake` compares.
    context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
    context.set_tlsext_use_srtp(PROFILES)
    return Identity(context, fingerprint(certificate))


def fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


class Handshake:
    """`step` until `sender` is there; each step gives the datagrams to send."""

    def __init__(self, expected_fingerprint: str) -> None:
        self._expected = expected_fingerprint
        self._tls = SSL.Connection(identity().context, None)
        self._tls.set_connect_state()
        self._tls.set_ciphertext_mtu(LARGEST)
        self.sender: Sender | None = None
        self.fresh = True  # nothing was sent yet

    def step(self, datagram: bytes = b"") -> list[bytes]:
        """Takes what came, if anything. SSL.Error or WrongPeer: it cannot succeed any more."""
        self.fresh = False
        if datagram:
            self._tls.bio_write(datagram)
        if self.sender is None:
            self._advance()
        return self._outgoing()

    def retry(self) -> list[bytes]:
        """What is due again because no answer came."""
        if not self.fresh and self.sender is None and self._tls.DTLSv1_get_timeout() == 0:
            self._tls.DTLSv1_handle_timeout()
        return self._outgoing()

    def close(self) -> list[bytes]:
        """Says goodbye, as a browser does: the other side then knows at once."""
        with suppress(SSL.Error):
            self._tls.shutdown()
        return self._outgoing()

    def _advance(self) -> None:
        try:
            self._tls.do_handshake()
        except SSL.WantReadError:
            return
        certificate = self._tls.get_peer_certificate(as_cryptography=True)
        if certificate is None or fingerprint(certificate) != self._expected:
            raise WrongPeer
        size = KEY_SIZE[self._tls.get_selected_srtp_profile()]
        material = self._tls.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * (size + SALT))
        self.sender = Sender.of_masters(*client_masters(material, size))

    def _outgoing(self) -> list[bytes]:
        try:
            return list(datagrams(self._tls.bio_read(65536)))
        except SSL.WantReadError:
            return []


def datagrams(records: bytes) -> Iterator[bytes]:
    """The records of a flight, as many to a datagram as fit; a record is never divided."""
    begin = end = 0
    while end < len(records):
        size = RECORD_HEADER + int.from_bytes(records[end + 11 : end + 13])
        if end > begin and end + size - begin > LARGEST:
            yield records[begin:end]
            begin = end
        end += size
    if end > begin:
        yield records[begin:end]
