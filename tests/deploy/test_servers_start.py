"""The configurations and start scripts of compose, with the programs themselves: Valkey's by Debian's Redis, LiveKit's
and Ingress' where those are found (tests/contract/real_servers.py). Only addresses are changed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import redis
from livekit import api
from redis.backoff import NoBackoff
from redis.retry import Retry

from deploy.compose.trial import SECRETS
from tests.contract.real_servers import free_port, program
from tests.deploy.servers import DEPLOY, running

KEY = "cctv"
LIVEKIT = [found] if (found := program("livekit-server")) else []
INGRESS = [(livekit, found) for livekit in LIVEKIT if (found := program("livekit-ingress"))]


@dataclass
class Place:
    """Where programs of one test run: its folder holds the secrets, and a `bin` under the names that scripts start."""

    folder: Path
    opened: ExitStack
    valkey: int = 0

    def secret(self, name: str) -> str:
        return (self.folder / name).read_text().strip()

    def start(self, script: str, binary: tuple[str, str], port: int, flags: list[str], **env: str) -> None:
        (self.folder / "bin").mkdir(exist_ok=True)
        (self.folder / "bin" / binary[0]).symlink_to(binary[1])
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        own = {"PATH": path, "SECRETS_DIR": str(self.folder), "RUN_DIR": str(self.folder), **env}
        log = self.folder / f"{script}.log"
        self.opened.enter_context(running(["sh", str(DEPLOY / script), *flags], env=own, log=log, port=port))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    for name, made in SECRETS.items():
        (tmp_path / name).write_text(made() + "\n")
    with ExitStack() as opened:
        yield Place(tmp_path, opened)


@pytest.fixture
def valkey(place):
    place.valkey = free_port()
    flags = ["--port", str(place.valkey), "--bind", "127.0.0.1"]
    server = shutil.which("valkey-server") or shutil.which("redis-server")
    place.start("valkey.sh", ("valkey-server", server), place.valkey, flags, VALKEY_CONF=str(DEPLOY / "valkey.conf"))
    return place


def start_livekit(place, binary):
    """Its port. `metrics` is the one after."""
    port, metrics, udp, tcp = free_port(), free_port(), free_port(), free_port()
    flags = ["--bind=127.0.0.1", f"--port={port}", f"--prometheus.port={metrics}", f"--udp-port={udp}"]
    flags += [f"--rtc.tcp_port={tcp}", f"--redis-host=127.0.0.1:{place.valkey}"]
    names = {"LIVEKIT_YAML": str(DEPLOY / "livekit.yaml"), "LIVEKIT_API_KEY": KEY, "NODE_IP": "127.0.0.1"}
    place.start("livekit.sh", ("livekit-server", binary), port, flags, **names)
    return port, metrics


def start_ingress(place, binary, livekit):
    text, port, health = (DEPLOY / "ingress.yaml").read_text(), free_port(), free_port()
    changed = {"whip_port: 8080": f"whip_port: {port}", "health_port: 8081": f"health_port: {health}"}
    changed |= {"valkey:6379": f"127.0.0.1:{place.valkey}", "prometheus_port: 7889": f"prometheus_port: {free_port()}"}
    changed |= {"udp_port: 7885": f"udp_port: {free_port()}"}
    for old, new in changed.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (place.folder / "ingress.yaml").write_text(text)
    names = {"INGRESS_YAML": str(place.folder / "ingress.yaml"), "LIVEKIT_API_KEY": KEY, "INGRESS_NODE_IP": "127.0.0.1"}
    names["LIVEKIT_WS_URL"] = f"ws://127.0.0.1:{livekit}"
    place.start("ingress.sh", ("ingress", binary), health, [], **names)
    return health


def client(place, port):
    return api.LiveKitAPI(f"http://127.0.0.1:{port}", KEY, place.secret("livekit_api_secret"))


def test_valkey_wants_its_password_and_keeps_nothing_on_disk(valkey):
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=valkey.valkey, retry=Retry(NoBackoff(), 0)).ping()
    server = redis.Redis(port=valkey.valkey, password=valkey.secret("valkey_password"))
    assert server.ping()
    assert server.config_get("save")["save"] == ""
    assert server.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"


@pytest.mark.parametrize("binary", LIVEKIT)
async def test_livekit_takes_its_key_and_uses_database_2(valkey, binary):
    port, metrics = start_livekit(valkey, binary)
    async with client(valkey, port) as livekit:
        assert (await livekit.room.create_room(api.CreateRoomRequest(name="camera_a"))).empty_timeout == 60
    server = redis.Redis(port=valkey.valkey, db=2, password=valkey.secret("valkey_password"))
    assert server.hexists("rooms", "camera_a")
    async with httpx.AsyncClient() as http:
        assert "livekit_room_total" in (await http.get(f"http://127.0.0.1:{metrics}/metrics")).text


@pytest.mark.parametrize("binary", LIVEKIT)
def test_joining_never_makes_a_room(valkey, binary):
    port, _ = start_livekit(valkey, binary)
    token = api.AccessToken(KEY, valkey.secret("livekit_api_secret")).with_identity("viewer")
    token = token.with_grants(api.VideoGrants(room_join=True, room="camera_nobody_made"))
    answer = httpx.get(f"http://127.0.0.1:{port}/rtc/validate", params={"access_token": token.to_jwt()})
    assert answer.status_code == 404, answer.text


@pytest.mark.parametrize(("livekit", "binary"), INGRESS)
async def test_ingress_serves_livekit_and_is_found_where_pushers_look(valkey, livekit, binary):
    port, _ = start_livekit(valkey, livekit)
    health = start_ingress(valkey, binary, port)
    async with httpx.AsyncClient() as http:
        assert (await http.get(f"http://127.0.0.1:{health}/")).status_code == 200
    async with client(valkey, port) as server:
        wanted = api.CreateIngressRequest(
            input_type=api.IngressInput.WHIP_INPUT, name="i", room_name="camera_a", participant_identity="p"
        )
        made = await server.ingress.create_ingress(wanted)
    assert made.url == "http://ingress:8080/w"
