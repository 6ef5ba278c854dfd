"""The workers' way to the Docker engine lets through what a runner does, and no container that reaches the host."""

from __future__ import annotations

import contextlib
import json
import os
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import docker
import httpx
import pytest

from tests.contract.real_servers import free_port
from tests.deploy.servers import DEPLOY, running

IMAGE = "whip-pusher:1.0.0"
ENGINES = [host] if (host := os.environ.get("DOCKER_HOST", "")).startswith("unix://") else []
HOST: dict[str, object] = {"Memory": 1, "ReadonlyRootfs": True, "CapDrop": ["ALL"], "CapAdd": [], "Binds": None}
HOST |= {"NetworkMode": "cns_cctv-network", "Privileged": False}
PLAIN: dict[str, object] = {"Image": IMAGE, "HostConfig": HOST, "Volumes": {"/run/secrets": {}}}
DRIVER = {"Options": {"device": "/", "o": "bind"}}


class Engine(BaseHTTPRequestHandler):
    """Answers 200 to whatever reaches it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET

    def address_string(self) -> str:
        return "unix"

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextlib.contextmanager
def proxy(folder: Path, engine: str, **env: str) -> Iterator[str]:
    port = free_port()
    given = {**os.environ, "DOCKER_SOCKET": engine, "PROXY_BIND": f"127.0.0.1:{port}", "PUSHER_IMAGE": IMAGE, **env}
    command = ["haproxy", "-W", "-db", "-f", str(DEPLOY / "docker-proxy.cfg")]
    with running(command, env=given, log=folder / "proxy.log", port=port):
        yield f"127.0.0.1:{port}"


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    # A Unix socket's path is at most 107 bytes.
    path = str(tmp_path_factory.mktemp("e") / "s")
    with socketserver.ThreadingUnixStreamServer(path, Engine) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield path
        server.shutdown()


@pytest.fixture(scope="module")
def call(engine, tmp_path_factory):
    with proxy(tmp_path_factory.mktemp("p"), engine) as place, httpx.Client(base_url=f"http://{place}/v1.43") as client:
        yield lambda method, path, **more: client.request(method, path, **more).status_code


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/_ping"), ("HEAD", "/_ping"), ("GET", "/version"), ("GET", "/info"), ("GET", "/events?since=1"),
    ("GET", "/containers/json?all=1"), ("GET", "/containers/whip-pusher-a/json"), ("GET", "/containers/a/logs?tail=9"),
    ("POST", "/containers/a/start"), ("POST", "/containers/a/stop?t=5"), ("POST", "/containers/a/kill"),
    ("POST", "/containers/a/wait"), ("PUT", "/containers/a/archive?path=/run/secrets"), ("DELETE", "/containers/a?v=1"),
    ("GET", "/images/whip-pusher:1.0.0/json"), ("GET", "/networks/cns_cctv-network"),
])  # fmt: skip
def test_a_runners_calls_pass(call, method, path):
    assert call(method, path) == 200


@pytest.mark.parametrize(("method", "path"), [
    ("POST", "/containers/a/exec"), ("POST", "/exec/a/start"), ("POST", "/images/create?fromImage=x"),
    ("POST", "/build"), ("DELETE", "/images/x"), ("POST", "/containers/a/update"), ("POST", "/containers/prune"),
    ("POST", "/containers/a/rename?name=b"), ("POST", "/networks/create"), ("POST", "/volumes/create"),
    ("GET", "/containers/a/archive?path=/"), ("POST", "/containers/a%2f..%2fb/start"), ("POST", "/plugins/pull"),
    ("GET", "/containers/a/attach/ws"), ("GET", "/secrets"), ("POST", "/services/create"), ("POST", "/swarm/leave"),
])  # fmt: skip
def test_other_calls_are_refused(call, method, path):
    assert call(method, path, json={}) == 403


def test_a_plain_container_of_our_image_is_made(call):
    assert call("POST", "/containers/create?name=whip-pusher-a", json=PLAIN) == 200


@pytest.mark.parametrize("host", [
    {"Binds": ["/run/secrets"]}, {"SecurityOpt": ["no-new-privileges:true"]}, {"Runtime": ""},
    {"Mounts": [{"Type": "volume", "Target": "/run/secrets", "VolumeOptions": {"Labels": {}}}]},
    {"Mounts": [{"Type": "tmpfs", "Target": "/run"}]},
])  # fmt: skip
def test_what_a_pusher_is_given_passes(call, host):
    assert call("POST", "/containers/create", json={**PLAIN, "HostConfig": {**HOST, **host}}) == 200


@pytest.mark.parametrize("host", [
    {"Binds": ["/:/host"]}, {"Binds": ["/run/secrets", "/:/host"]}, {"Binds": ["/run/secrets"], "binds": ["/:/host"]},
    {"binds": ["/:/host"]}, {"Privileged": True}, {"CapAdd": ["SYS_ADMIN"]}, {"Devices": [{"PathOnHost": "/dev/sda"}]},
    {"Mounts": [{"Type": "bind", "Source": "/", "Target": "/host"}]}, {"VolumesFrom": ["postgres"]},
    {"Mounts": [{"Type": "volume", "VolumeOptions": {"DriverConfig": DRIVER}}]}, {"Runtime": "other"},
    {"NetworkMode": "host"}, {"NetworkMode": "container:postgres"}, {"PidMode": "host"}, {"IpcMode": "host"},
    {"UsernsMode": "host"}, {"SecurityOpt": ["seccomp=unconfined"]},
])  # fmt: skip
def test_a_container_that_reaches_the_host_is_refused(call, host):
    assert call("POST", "/containers/create", json={**PLAIN, "HostConfig": {**HOST, **host}}) == 403


@pytest.mark.parametrize("body", [
    json.dumps({**PLAIN, "Image": "busybox"}), json.dumps(PLAIN).replace('"Image"', '"\\u0049mage"'),
    json.dumps(PLAIN)[:-1] + ', "x": "' + "x" * 70_000 + '"}', "{}",
])  # fmt: skip
def test_another_image_and_what_cannot_be_judged_are_refused(call, body):
    assert call("POST", "/containers/create", content=body) == 403


def test_a_body_of_unknown_length_is_refused(call):
    assert call("POST", "/containers/create", content=iter([json.dumps(PLAIN).encode()])) == 403


def test_services_pass_in_a_swarm_only(engine, tmp_path):
    spec: dict[str, object] = {"Image": IMAGE}
    service = {"TaskTemplate": {"ContainerSpec": spec}}
    with proxy(tmp_path, engine, SWARM="yes") as place:
        url = f"http://{place}/v1.43/services/create"
        assert httpx.post(url, json=service).status_code == 200
        spec["Mounts"] = [{"Type": "bind", "Source": "/"}]
        assert httpx.post(url, json=service).status_code == 403
        assert httpx.get(f"http://{place}/v1.43/nodes").status_code == 200


@pytest.mark.parametrize("host", ENGINES)
def test_the_engine_itself_answers_the_sdk_through_it(host, tmp_path):
    with proxy(tmp_path, host.removeprefix("unix://")) as place:
        client = docker.DockerClient(base_url=f"tcp://{place}", timeout=10)
        assert client.ping()
        assert isinstance(client.containers.list(all=True), list)
        with pytest.raises(docker.errors.ImageNotFound):
            client.images.get("cctv-not-there:1.0.0")
        with pytest.raises(docker.errors.NotFound):
            client.networks.get("cctv-not-there")
        with pytest.raises(docker.errors.APIError, match="403"):
            client.containers.create(IMAGE, privileged=True)
        with pytest.raises(docker.errors.ImageNotFound):
            client.api.create_container("whip-pusher:1.0.0")
        client.close()
