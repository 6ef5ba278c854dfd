"""The programs that the integration tests run as processes of their own, and how to read their JSON lines."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PYTHON = "/usr/bin/python3"  # The only interpreter that has Debian's GStreamer bindings.
ROOT = Path(__file__).resolve().parents[2]
Line = dict[str, Any]


class Program:
    """A child process whose JSON lines can be waited for; everything it printed is kept in `output`.

    `prefix` is a command that becomes the program, such as nsenter."""

    def __init__(self, *arguments: str, env: dict[str, str] | None = None, prefix: Sequence[str] = ()) -> None:
        base = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"}
        self.process = subprocess.Popen(
            [*prefix, PYTHON, *arguments],
            cwd=ROOT,
            env={**base, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output: list[str] = []
        self.lines: queue.Queue[Line | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for text in self.process.stdout:
            self.output.append(text)
            if text.startswith("{"):
                self.lines.put(json.loads(text))
        self.lines.put(None)

    def wait_for(self, event: str, timeout: float = 15, **fields: object) -> Line:
        """The next line with this event and these fields; fails with all output where none comes."""
        until = time.monotonic() + timeout
        while True:
            try:
                line = self.lines.get(timeout=max(0.01, until - time.monotonic()))
            except queue.Empty:
                line = None
            assert line is not None, f"no {event} {fields} in:\n{''.join(self.output[-40:])}"
            if line.get("event") == event and all(line.get(key) == value for key, value in fields.items()):
                return line

    def ended(self, timeout: float = 15) -> Line:
        """Wait for the end; the `exit` line, whose code must be the process's own."""
        line = self.wait_for("exit", timeout)
        assert self.process.wait(5) == line["exit_code"]
        return line

    def terminate(self) -> float:
        """SIGTERM; the seconds it took to end."""
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(10)
        return time.monotonic() - began

    def freeze(self) -> None:
        """SIGSTOP: alive for the kernel, silent for everybody."""
        self.process.send_signal(signal.SIGSTOP)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def pusher(rtsp_url: str, whip_url: str, key: str, prefix: Sequence[str] = (), **env: str) -> Program:
    """The program under test; timeouts short enough for a test."""
    short = {"CONNECT_TIMEOUT": "3", "FIRST_PACKET_TIMEOUT": "6", "PACKET_TIMEOUT": "2", "RECONNECT_SECONDS": "0"}
    wanted = {"RTSP_URL": rtsp_url, "WHIP_ENDPOINT": whip_url, "STREAM_KEY": key}
    return Program("-m", "whip_pusher", env={"CAMERA_ID": "cam-test", **short, **wanted, **env}, prefix=prefix)


def cameras(port: int, *flags: str, password: str = "") -> Program:
    """Real RTSP cameras on `port`, ready."""
    env = {"DEMO_CAMERA_PASSWORD": password} if password else {}
    program = Program("deploy/demo/cameras.py", "--port", str(port), *flags, env=env)
    program.wait_for("ready")
    return program


def take_snapshot(rtsp_url: str, *flags: str) -> subprocess.CompletedProcess[bytes]:
    command = [PYTHON, "-m", "whip_pusher", "snapshot", *flags]
    return subprocess.run(command, cwd=ROOT, input=rtsp_url.encode(), capture_output=True, timeout=20, check=False)
