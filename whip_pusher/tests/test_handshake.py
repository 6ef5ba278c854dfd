"""Media waits for the end of the DTLS handshake: a peer that has not finished could not decrypt it."""

from __future__ import annotations

import pytest

from whip_pusher.dtls import finished
from whip_pusher.tests.conftest import KEY, LOOPBACK
from whip_pusher.tests.programs import Program

CLEAR = bytes([22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2]) + b"ab"
SWITCH = bytes([20, 254, 253, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1]) + b"\1"
SEALED = bytes([22, 254, 253, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3]) + b"abc"
# A busy machine: each datagram of the handshake waits its turn.
LATE_FLIGHTS = """
import os, time
from whip_pusher import peer
from whip_pusher.gst import Gst, element

def late(pad, info):
    time.sleep(0.1)
    return Gst.PadProbeReturn.OK

def added(peer, parent, part):
    made_by = part.get_factory()
    if made_by and made_by.get_name() == "dtlsenc":
        part.get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, late)

def made(kind, *rest, **fields):
    it = element(kind, *rest, **fields)
    if kind == "webrtcbin":
        it.connect("deep-element-added", added)
    return it

peer.element = made
from whip_pusher.__main__ import main
os._exit(main())
"""


@pytest.mark.parametrize(
    ("datagram", "sealed"),
    [
        (CLEAR, False),
        (CLEAR + SWITCH, False),
        (CLEAR + SWITCH + SEALED, True),
        (SEALED, True),
        (b"\x80\x60" + SEALED, False),
        (CLEAR[:-1], False),
        (b"", False),
    ],
)
def test_the_last_flight_is_the_one_with_an_encrypted_record(datagram: bytes, sealed: bool) -> None:
    assert finished(datagram) is sealed


@pytest.mark.slow
def test_the_first_keyframe_does_not_overtake_a_handshake_that_is_slow(
    rtsp: str, receiver: Program, receiver_url: str
) -> None:
    """The next one would come after ten seconds."""
    env = {"RTSP_URL": f"{rtsp}/test-long-gop", "WHIP_ENDPOINT": f"{receiver_url}/late", "STREAM_KEY": KEY, **LOOPBACK}
    program = Program("-c", LATE_FLIGHTS, env={**env, "MODE": "passthrough"})
    try:
        program.wait_for("playing", 20)
        receiver.wait_for("frame", 5, session="late")
    finally:
        program.stop()
