"""The image of whip_pusher/Dockerfile, started by the runner on a bridge: a real camera's stream into a real Janus."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit

import docker
import pytest
from docker.errors import APIError
from pytest_django import Settings

from streaming.media.docker_pushers import DockerPushers
from streaming.media.ports import Ingest, PusherSpec, PusherStatus, Secret
from tests.contract import docker_engine
from tests.contract.benches import janus
from tests.contract.janus import janus_server
from tests.contract.sfu_bench import CAMERA, JanusBench, reservation, until
from tests.contract.tcp_relay import relay
from whip_pusher.tests.programs import ROOT, Program

__all__ = ["janus", "janus_server"]
# The image takes minutes where none of its layers is there yet.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.django_db(transaction=True)]
PASSED, TRANSCODED = "cam-001-sheikh-zayed", "cam-002-metro-station"
IMAGE, NETWORK = "whip-pusher:contract", "cctv-contract-bridge"


@dataclass
class Street:
    """A camera and an SFU as a container sees them: at the bridge's address."""

    cameras: str
    runner: DockerPushers
    api: docker.APIClient

    def push(self, ingest: Ingest, mount: str = PASSED, *, transcodes: bool = False) -> PusherStatus:
        secrets = {"RTSP_URL": Secret(f"{self.cameras}/{mount}"), "STREAM_KEY": ingest.key}
        environment = {"CAMERA_ID": ingest.camera_id, "WHIP_ENDPOINT": ingest.whip_url}
        return self.runner.start(PusherSpec(ingest.camera_id, ingest.generation, environment, secrets, transcodes))

    def checked(self, status: PusherStatus) -> str:
        """What the image's own health check says in the container, and its exit code."""
        command = self.api.inspect_image(IMAGE)["Config"]["Healthcheck"]["Test"][1:]
        made = self.api.exec_create(status.name, command)["Id"]
        word = self.api.exec_start(made).decode().strip()
        return f"{word} {self.api.exec_inspect(made)['ExitCode']}"

    def said(self, status: PusherStatus) -> str:
        return str(self.api.logs(status.name).decode())


@pytest.fixture(scope="session")
def engine() -> Iterator[docker.APIClient]:
    api = docker.APIClient(base_url=os.environ["DOCKER_HOST"], timeout=600, version="auto")
    told = list(api.build(str(ROOT), dockerfile="whip_pusher/Dockerfile", tag=IMAGE, decode=True, rm=True))
    assert any("Successfully tagged" in str(line) for line in told), told[-5:]
    yield api
    api.close()


@pytest.fixture
def street(engine: docker.APIClient, janus: JanusBench, settings: Settings) -> Iterator[Street]:
    settings.DOCKER_HOST = os.environ["DOCKER_HOST"]
    settings.PUSHER_IMAGE, settings.PUSHER_NETWORK, settings.INSTANCE_ID = IMAGE, NETWORK, "contract-watched"
    with ExitStack() as leave:
        # Janus answers by a candidate's own interface (libnice binds to it), and offers none named like Docker's.
        named = {"com.docker.network.bridge.name": "cctv-contract"}
        made = engine.create_network(NETWORK, driver="bridge", options=named)
        leave.callback(engine.remove_network, made["Id"])
        gateway = engine.inspect_network(made["Id"])["IPAM"]["Config"][0]["Gateway"]
        program = Program("deploy/demo/cameras.py", "--port", "0")
        leave.callback(program.stop)
        cameras = leave.enter_context(relay(gateway, int(program.wait_for("ready")["port"])))
        door = leave.enter_context(relay(gateway, urlsplit(settings.INTERNAL_BASE_URL).port or 0))
        settings.INTERNAL_BASE_URL = f"http://{gateway}:{door}"
        runner = DockerPushers()
        leave.callback(runner.stop, CAMERA, up_to=99)
        yield Street(f"rtsp://{gateway}:{cameras}", runner, engine)


def flows(street: Street, janus: JanusBench, generation: int) -> None:
    """The room has that generation's publisher; the container's own words where it never comes."""

    def published() -> bool:
        pusher, publisher = street.runner.inspect(CAMERA), janus.sfu.publisher(CAMERA)
        assert pusher is not None
        assert pusher.running, street.said(pusher)
        return publisher is not None and publisher.generation == generation

    until(published, 20.0)


@pytest.mark.parametrize(("mount", "transcodes"), [(PASSED, False), (TRANSCODED, True)])
def test_what_a_container_pushes_is_watched_in_a_browser(
    street: Street, janus: JanusBench, mount: str, transcodes: bool
) -> None:
    status = street.push(janus.sfu.create_ingest(CAMERA, 1), mount, transcodes=transcodes)
    flows(street, janus, 1)
    janus.browse(reservation()).receives()
    assert '"event": "playing"' in street.said(status)
    assert street.checked(status) == "playing 0"


def test_a_stopped_container_leaves_the_room_at_once_and_ends_with_0(street: Street, janus: JanusBench) -> None:
    street.push(janus.sfu.create_ingest(CAMERA, 1))
    flows(street, janus, 1)
    began = time.monotonic()
    street.runner.stop(CAMERA, up_to=1)
    assert time.monotonic() - began < 3
    assert janus.sfu.publisher(CAMERA) is None
    with pytest.raises(APIError):
        street.api.inspect_container(f"whip-pusher-{CAMERA}")


def test_a_wrong_key_is_the_containers_exit_code(street: Street, janus: JanusBench) -> None:
    ingest = janus.sfu.create_ingest(CAMERA, 1)
    janus.sfu.delete_ingests(CAMERA, up_to=1)
    street.push(ingest)
    ended = until(lambda: (found := street.runner.inspect(CAMERA)) and not found.running and found, 20.0)
    assert ended.exit_code == 21


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Where no engine answers these tests are not there at all, and the run's header says that none was met."""
    if not docker_engine.met():
        metafunc.parametrize("engine", [], indirect=True)
