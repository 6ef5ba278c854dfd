"""What only a Swarm shows: nodes that give tasks back, secrets of its own, replacement without two at once."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from docker import APIClient as DockerClient
from pytest_django import Settings

from streaming.media import swarm_pushers
from tests.contract.docker_engine import SwarmHarness, until
from tests.contract.test_pushers import CAMERA, NAME, eventually, spec

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SwarmHarness]:
    made = SwarmHarness(tmp_path_factory.mktemp("swarm"))
    yield made
    made.close()


@pytest.fixture
def swarm(shared: SwarmHarness, settings: Settings) -> Iterator[SwarmHarness]:
    shared.configure(settings)
    shared.program(settings, "/bin/sleep", "1000")
    yield shared
    shared.set_availability("active")
    shared.clear()


def test_a_service_is_of_one_task_that_is_never_started_again(swarm: SwarmHarness) -> None:
    swarm.runner().start(spec(3))
    service = swarm.api.inspect_service(NAME)["Spec"]
    task, container = service["TaskTemplate"], service["TaskTemplate"]["ContainerSpec"]
    assert service["Mode"] == {"Replicated": {"Replicas": 1}}
    assert task["RestartPolicy"]["Condition"] == "none"
    assert task["Resources"]["Limits"] == {"MemoryBytes": 512 * 1024 * 1024, "NanoCPUs": 2_000_000_000, "Pids": 256}
    assert (container["ReadOnly"], container["CapabilityDrop"], container["User"]) == (True, ["ALL"], "10001:10001")


def test_a_drained_node_gives_the_pusher_back_and_the_next_generation_waits(swarm: SwarmHarness) -> None:
    swarm.runner().start(spec(3))
    swarm.set_availability("drain")
    status = eventually(lambda: swarm.runner().inspect(CAMERA), running=False)
    assert status.reason == "taken_off_node"
    swarm.runner().stop(CAMERA, up_to=3)
    assert swarm.runner().start(spec(4)).reason == "no_node_for_pusher"
    swarm.set_availability("active")
    assert eventually(lambda: swarm.runner().inspect(CAMERA), running=True).generation == 4
    until(lambda: len(swarm.alive()) == 1, "the next generation runs", 30)


def test_a_constraint_that_no_node_meets_is_told(swarm: SwarmHarness, settings: Settings) -> None:
    settings.PUSHER_CONSTRAINTS = ["node.labels.role==nowhere"]
    swarm.runner().start(spec(3))
    assert eventually(lambda: swarm.runner().inspect(CAMERA), running=False).reason == "no_node_for_pusher"


def test_secrets_are_the_swarms_own_and_go_with_the_service(swarm: SwarmHarness) -> None:
    swarm.runner().start(spec(3))
    (secret,) = swarm.api.secrets()
    assert secret["Spec"]["Labels"]["cctv.generation"] == "3"
    assert "top-secret-key" not in json.dumps(swarm.api.inspect_service(NAME))
    swarm.runner().stop(CAMERA, up_to=3)
    assert swarm.left_behind() == []


def test_a_stop_that_another_start_overtakes_looks_again(swarm: SwarmHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its service comes between the look and the secrets, which the Swarm then refuses to remove: they are in use."""
    plain = swarm_pushers._wait_until_ended
    overtaken: list[str] = []

    def overtake(api: DockerClient, camera_id: str, up_to: int) -> None:
        if not overtaken:
            overtaken.append(camera_id)
            swarm.runner().start(spec(2))
        else:
            plain(api, camera_id, up_to)

    monkeypatch.setattr(swarm_pushers, "_wait_until_ended", overtake)
    swarm.runner().stop(CAMERA, up_to=3)
    assert overtaken
    assert swarm.left_behind() == []


def test_a_start_whose_secrets_a_stop_took_away_makes_new_ones(
    swarm: SwarmHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = swarm_pushers._living
    taken: list[str] = []

    def take(api: DockerClient, camera_id: str, up_to: int) -> bool:
        if not taken:
            taken.append(camera_id)
            swarm_pushers._remove_secrets(api, camera_id, 3)
        return plain(api, camera_id, up_to)

    monkeypatch.setattr(swarm_pushers, "_living", take)
    assert swarm.runner().start(spec(3)).generation == 3
    assert taken
