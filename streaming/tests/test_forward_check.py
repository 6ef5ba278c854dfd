"""Who forwards needs MediaMTX, and the SFU's own WHIP endpoint: LiveKit Ingress refuses what MediaMTX forwards."""

from __future__ import annotations

import pytest

from streaming.checks import forwards


@pytest.mark.parametrize(
    ("runner", "gateway", "sfu", "ingest", "named"),
    [
        ("forward", "mediamtx", "livekit", "whip", []),
        ("auto", "mediamtx", "livekit", "whip", []),
        ("forward", "mediamtx", "livekit", "ingress", ["LIVEKIT_INGEST"]),
        ("auto", "mediamtx", "livekit", "ingress", ["LIVEKIT_INGEST"]),
        ("forward", "direct", "livekit", "whip", ["GATEWAY"]),
        ("forward", "direct", "livekit", "ingress", ["GATEWAY", "LIVEKIT_INGEST"]),
        ("forward", "mediamtx", "janus", "ingress", []),
        ("docker", "mediamtx", "livekit", "ingress", []),
        ("supervisor", "direct", "janus", "ingress", []),
    ],
)
def test_what_does_not_go_with_forwarding_is_named(settings, runner, gateway, sfu, ingest, named):
    settings.PUSHER_RUNNER, settings.GATEWAY, settings.SFU, settings.LIVEKIT_INGEST = runner, gateway, sfu, ingest
    assert [str(error.msg).partition("=")[0] for error in forwards()] == named
