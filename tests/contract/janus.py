"""A real Janus for tests: a free port, the rendered configuration, ended and started again at will."""

from __future__ import annotations

import http.client
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.janus.render import Options, render

START_SECONDS, STOP_SECONDS = 10.0, 5.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class JanusServer:
    """`settings` is what the adapter needs to reach it; `log` all it says."""

    def __init__(self, folder: Path) -> None:
        self.settings = {"JANUS_API_SECRET": secrets.token_hex(32), "JANUS_ADMIN_SECRET": secrets.token_hex(32)}
        self._port, self.log = free_port(), folder / "janus.log"
        options = Options(
            http_port=self._port,
            admin_port=free_port(),
            api_secret=self.settings["JANUS_API_SECRET"],
            admin_secret=self.settings["JANUS_ADMIN_SECRET"],
        )
        self.settings["JANUS_URL"] = f"http://127.0.0.1:{self._port}/janus"
        self.settings["JANUS_ADMIN_URL"] = f"http://127.0.0.1:{options.admin_port}/admin"
        self._command = render(folder / "conf", options)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Answers when this returns; nothing to do if it runs."""
        if self.process is not None:
            return
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=log)
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            assert time.monotonic() < end, "Janus does not answer"
            time.sleep(0.02)

    def stop(self) -> int:
        """Its exit code after SIGTERM."""
        process, self.process = self.process, None
        if process is None:
            return 0
        process.terminate()
        try:
            return process.wait(STOP_SECONDS)
        finally:
            process.kill()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=1)
        try:
            connection.request("GET", "/janus/info")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


@pytest.fixture(scope="session")
def janus_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JanusServer]:
    server = JanusServer(tmp_path_factory.mktemp("janus"))
    server.start()
    yield server
    server.stop()
