"""A real Janus: media flows in, and an empty room is no reason to end."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from whip_pusher.tests.janus_sfu import Janus, Whip
from whip_pusher.tests.programs import Program

pytestmark = pytest.mark.slow


def test_a_room_without_viewers_keeps_its_publisher(
    push: Callable[..., Program], rtsp: str, janus: Janus, janus_whip: Whip
) -> None:
    program = push(f"{rtsp}/cam-003-parking-deira", janus_whip.url)
    program.wait_for("playing")
    samples = [program.wait_for("stats"), program.wait_for("stats")]
    assert all(sample["rtcp_age"] < 2.5 for sample in samples)
    (session,) = janus_whip.sessions.values()
    before = janus.received(*session)
    time.sleep(0.5)
    assert 0 < before < janus.received(*session)
    assert program.terminate() < 2
    assert program.ended()["code"] == "ok"
    assert len(janus_whip.deleted) == 1


def test_a_killed_sfu_is_noticed(
    push: Callable[..., Program], rtsp: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sfu = Janus(tmp_path_factory.mktemp("killed"))
    endpoint = Whip(sfu, "key")
    program = push(f"{rtsp}/cam-001-sheikh-zayed", endpoint.url, "key", RTCP_TIMEOUT="2")
    try:
        program.wait_for("playing")
    finally:
        sfu.stop()
    assert program.ended(12)["code"] == "sfu_gone"
    endpoint.stop()
