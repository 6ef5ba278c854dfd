"""A program that stands still ends by itself."""

from __future__ import annotations

import socket

import pytest

from whip_pusher.tests.janus_sfu import free_port
from whip_pusher.tests.programs import Program

pytestmark = pytest.mark.slow
# A callback that never returns, and never lets another thread run either.
HANG = """
import ctypes, os, sys
from whip_pusher import run
run.HUNG_SECONDS = 2
run.Run._force_keyframes = lambda self: ctypes.PyDLL(None).sleep(60)
from whip_pusher.__main__ import main
os._exit(main())
"""


def test_a_main_loop_that_hangs_is_ended_with_a_traceback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        at = f"127.0.0.1:{silent.getsockname()[1]}"
        env = {"RTSP_URL": f"rtsp://{at}/x", "WHIP_ENDPOINT": f"http://{at}/whip", "STREAM_KEY": "secret-key"}
        program = Program("-c", HANG, env=env)
        try:
            assert program.process.wait(9) == 1
        finally:
            program.stop()
    said = "".join(program.output)
    assert "Timeout" in said
    assert "secret-key" not in said


# The machine has no thread left when the run is to end.
WITHOUT_THREADS = """
import os, threading, types
from whip_pusher import run
def refuse(*_, **__): raise RuntimeError("can't start new thread")
run.threading = types.SimpleNamespace(Thread=refuse)
from whip_pusher.__main__ import main
os._exit(main())
"""


def test_a_run_ends_although_no_thread_can_be_started_for_it() -> None:
    at = f"127.0.0.1:{free_port()}"
    env = {"RTSP_URL": f"rtsp://{at}/x", "WHIP_ENDPOINT": f"http://{at}/whip", "STREAM_KEY": "secret-key"}
    program = Program("-c", WITHOUT_THREADS, env=env)
    try:
        assert program.ended(9)["code"] == "source_unreachable"
    finally:
        program.stop()
