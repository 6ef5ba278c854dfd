"""The real LiveKit, its Ingress and a Redis of their own, on free ports of loopback.

Tried: 1.11.0 and 1.13.5 with Ingress 1.5.0.

`kill` is a SIGKILL, because what a dead server leaves behind in Redis is the point of half of the tests.
"""

from __future__ import annotations

import http.client
import secrets
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract.real_servers import free_port, program

LOOPBACK = "127.0.0.1"
KEY = "contract"
START_SECONDS, STOP_SECONDS = 15.0, 5.0


class Server:
    """One program, started and ended at will; it answers GET / at `port` once it runs."""

    def __init__(self, command: list[str], port: int, log: Path, *, speaks_http: bool = True) -> None:
        self._command, self._port, self._log, self._http = command, port, log, speaks_http
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Nothing to do if it runs."""
        if self.process is not None and self.process.poll() is None:
            return
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=log)
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self.process.poll() is None, self._log.read_text()[-2000:]
            assert time.monotonic() < end, f"{self._command[0]} does not answer"
            time.sleep(0.05)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.send_signal(how)
            process.wait(STOP_SECONDS)

    def said(self) -> str:
        """All that it has logged so far."""
        return self._log.read_text(errors="replace")

    def _answers(self) -> bool:
        if not self._http:
            with socket.socket() as probe:
                return probe.connect_ex((LOOPBACK, self._port)) == 0
        connection = http.client.HTTPConnection(LOOPBACK, self._port, timeout=1)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()


class HookDoor(ThreadingHTTPServer):
    """Takes LiveKit's webhooks: (token, body) of each in `taken`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), HookVisit)
        self.taken: list[tuple[str, bytes]] = []
        self.url = f"http://{LOOPBACK}:{self.server_address[1]}/"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


class HookVisit(BaseHTTPRequestHandler):
    server: HookDoor

    def log_message(self, *_: object) -> None: ...

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.taken.append((self.headers.get("Authorization") or "", body))
        self.send_response(204)
        self.end_headers()


class LiveKitServers:
    """`settings` is what the adapter needs to reach them; `hooks` holds the webhooks LiveKit sent."""

    def __init__(self, folder: Path, livekit: str, ingress: str | None) -> None:
        secret, (port, whip, redis) = secrets.token_hex(32), (free_port() for _ in range(3))
        bus, self.hooks = {"address": f"{LOOPBACK}:{redis}"}, HookDoor()
        config = _livekit(port, whip) | {"redis": bus, "keys": {KEY: secret}}
        config["webhook"] = {"api_key": KEY, "urls": [self.hooks.url]}
        command = ["redis-server", "--port", str(redis), "--bind", LOOPBACK, "--save", "", "--dir", str(folder)]
        self.redis = Server(command, redis, folder / "redis.log", speaks_http=False)
        self.livekit = Server([livekit, "--config", _write(folder, "livekit", config)], port, folder / "livekit.log")
        self.ingress: Server | None = None
        if ingress:
            health = free_port()
            made = _ingress(whip, health) | {"redis": bus, "api_key": KEY, "api_secret": secret}
            made["ws_url"] = f"ws://{LOOPBACK}:{port}"
            self.ingress = Server(
                [ingress, "--config", _write(folder, "ingress", made)], health, folder / "ingress.log"
            )
        self.settings: dict[str, Any] = {
            "LIVEKIT_API_URL": f"http://{LOOPBACK}:{port}",
            "LIVEKIT_PUBLIC_URL": f"ws://{LOOPBACK}:{port}",
            "LIVEKIT_WHIP_URL": f"http://{LOOPBACK}:{port}",
            "LIVEKIT_API_KEY": KEY,
            "LIVEKIT_API_SECRET": secret,
            "INGRESS_WHIP_BASE_URL": f"http://{LOOPBACK}:{whip}",
        }

    def start(self) -> None:
        """What does not run yet, in the order in which they need each other."""
        for server in (self.redis, self.livekit, self.ingress):
            if server is not None:
                server.start()

    def end(self) -> None:
        for server in (self.ingress, self.livekit, self.redis):
            if server is not None:
                server.kill()
        self.hooks.shutdown()
        self.hooks.server_close()


def _rtc() -> dict[str, Any]:
    """Candidates on loopback: neither server offers them unless told to."""
    return {
        "udp_port": free_port(),
        "node_ip": LOOPBACK,
        "use_external_ip": False,
        "enable_loopback_candidate": True,
        "interfaces": {"includes": ["lo"]},
    }


def _livekit(port: int, whip: int) -> dict[str, Any]:
    return {
        "port": port,
        "bind_addresses": [LOOPBACK],
        "rtc": _rtc() | {"tcp_port": free_port()},
        "room": {"auto_create": False},
        "api": {"enable_psrpc_for_get_list_participants": True},
        "ingress": {"whip_base_url": f"http://{LOOPBACK}:{whip}/w"},
    }


def _ingress(whip: int, health: int) -> dict[str, Any]:
    return {
        "whip_port": whip,
        "rtmp_port": -1,
        "health_port": health,
        "http_relay_port": free_port(),
        # Ingress refuses (429) what costs more than the CPU that is idle; a busy machine fails no test.
        "cpu_cost": {"whip_cpu_cost": -1.0, "whip_bypass_transcoding_cpu_cost": -1.0, "min_idle_ratio": 0.001},
        "rtc_config": _rtc(),
    }


def _write(folder: Path, name: str, config: dict[str, Any]) -> str:
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(config))
    return str(path)


@pytest.fixture(scope="session")
def livekit_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKitServers]:
    """Only asked for where `program("livekit-server")` is found."""
    livekit = program("livekit-server")
    assert livekit is not None
    servers = LiveKitServers(tmp_path_factory.mktemp("livekit"), livekit, program("livekit-ingress"))
    try:
        servers.start()
        yield servers
    finally:
        servers.end()
