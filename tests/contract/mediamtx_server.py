"""The real MediaMTX with the product's own configuration, on free ports of loopback. Tried: 1.20.1.

`deploy/mediamtx.yml` as it is; what differs comes by environment, as an installation would do it.
"""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.contract.real_servers import free_port
from tests.contract.sfu_bench import until

CONFIGURATION = Path(__file__).resolve().parents[2] / "deploy" / "mediamtx.yml"
LOOPBACK = "127.0.0.1"
START_SECONDS, STOP_SECONDS = 15.0, 5.0


class RealMediaMtx:
    """`settings` lead the adapter to it; the ports stay the same over `kill` and `start`."""

    kind = "real"

    def __init__(self, program: str, folder: Path, auth_url: str = "", **environment: str) -> None:
        """`auth_url`: who is asked about readers. `environment`: MTX_… on top."""
        self._log = folder / "mediamtx.log"
        self._program = program
        self._api, self.rtsp, self.hls, metrics = (free_port() for _ in range(4))
        self.settings: dict[str, Any] = {
            "MEDIAMTX_API_URL": f"http://{LOOPBACK}:{self._api}",
            "MEDIAMTX_HLS_URL": f"http://{LOOPBACK}:{self.hls}",
            "GATEWAY_RTSP_BASE_URL": f"rtsp://{LOOPBACK}:{self.rtsp}",
        }
        self._environment = {
            "MTX_APIADDRESS": f"{LOOPBACK}:{self._api}",
            "MTX_RTSPADDRESS": f"{LOOPBACK}:{self.rtsp}",
            "MTX_HLSADDRESS": f"{LOOPBACK}:{self.hls}",
            "MTX_METRICSADDRESS": f"{LOOPBACK}:{metrics}",
            "MTX_AUTHHTTPADDRESS": auth_url or f"http://{LOOPBACK}:9/nobody",
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        if self._process is not None:
            return
        self._began = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, str(CONFIGURATION)], env=os.environ | self._environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, "MediaMTX does not answer"
            time.sleep(0.02)

    def kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(STOP_SECONDS)

    def hang(self) -> None:
        """Every thread of it: a signal only asks them to stop."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        until(lambda: set(self._threads()) <= {"T"})

    def wake(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _threads(self) -> list[str]:
        """The state of each, as proc(5) abbreviates it."""
        assert self._process is not None
        tasks = Path(f"/proc/{self._process.pid}/task").iterdir()
        return [(task / "stat").read_text().rpartition(")")[2].split()[0] for task in tasks]

    def log(self) -> str:
        """Since its last start."""
        return self._log.read_bytes()[self._began :].decode()

    @property
    def reloads(self) -> int:
        """How often the API changed something since the start."""
        return self.log().count("reloading configuration (API request)")

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, self._api, timeout=1)
        try:
            connection.request("GET", "/v3/info")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()
