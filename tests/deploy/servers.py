"""Servers that a test starts for itself on loopback, and ends."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
DEPLOY = REPO / "deploy"
DEADLINE = 15.0


@contextlib.contextmanager
def running(command: list[str], *, env: Mapping[str, str], log: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The program, from when it listens on TCP `port` until the block ends."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=dict(env), stdout=out, stderr=subprocess.STDOUT)
    try:
        _listens(process, port, log)
        yield process
    finally:
        process.terminate()
        try:
            # LiveKit would wait for longer; nothing of a test is worth that.
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        assert process.poll() is None, f"it ended with {process.returncode}: {log.read_text()[-2000:]}"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}: {log.read_text()[-2000:]}")
