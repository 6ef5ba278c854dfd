"""The cameras say when they are ready, refuse what they cannot do, and end when told."""

from __future__ import annotations

import pytest

from whip_pusher.tests.janus_sfu import free_port
from whip_pusher.tests.programs import Program, cameras

pytestmark = pytest.mark.slow


def test_a_taken_port_is_a_clear_error() -> None:
    port = free_port()
    first = cameras(port, "--extra", "2")
    second = Program("deploy/demo/cameras.py", "--port", str(port))
    assert f"port {port}" in second.wait_for("error")["detail"]
    assert second.process.wait(5) == 2
    assert first.terminate() < 2
    assert first.process.returncode == 0
    assert "cam-007-demo" in "".join(first.output)


def test_an_unknown_kind_is_refused() -> None:
    program = Program("deploy/demo/cameras.py", "--odd", "radar")
    assert "radar" in program.wait_for("error")["detail"]
    assert program.process.wait(5) == 2
