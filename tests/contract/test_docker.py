"""What only a container runner promises: limits, hardening, and a code for each way an engine may refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django import Settings

from streaming.media import docker_secrets
from streaming.media.ports import MediaError, PusherSpec, Secret
from tests.contract import docker_engine
from tests.contract.docker_engine import DockerHarness
from tests.contract.test_pushers import CAMERA, NAME, eventually, spec

pytestmark = pytest.mark.slow
EATS = "x=$(head -c 100000000 /dev/zero | tail -c 90000000 | wc -c); y=$(cat /dev/zero | head -c 300000000 | tail)"


@pytest.fixture
def engine(tmp_path: Path, settings: Settings) -> Iterator[DockerHarness]:
    made = DockerHarness(tmp_path)
    made.configure(settings)
    made.program(settings, "/bin/sleep", "1000")
    yield made
    made.close()


def inspected(engine: DockerHarness) -> dict[str, object]:
    found: dict[str, object] = engine.api.inspect_container(NAME)
    return found


def test_a_container_may_do_nothing_that_a_pusher_need_not(engine: DockerHarness) -> None:
    engine.runner().start(spec(3))
    host, config = inspected(engine)["HostConfig"], inspected(engine)["Config"]
    assert isinstance(host, dict)
    assert isinstance(config, dict)
    assert (host["ReadonlyRootfs"], host["CapDrop"], host["CapAdd"], host["Privileged"]) == (True, ["ALL"], None, False)
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert (host["RestartPolicy"]["Name"], host["Init"], host["PidsLimit"], host["Binds"]) == ("no", True, 256, None)
    assert host["LogConfig"] == {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "2"}}
    assert config["User"] == f"{docker_secrets.USER}:{docker_secrets.USER}"
    labels = {"cctv.instance": docker_engine.INSTANCE, "cctv.camera": CAMERA, "cctv.generation": "3"}
    assert labels.items() <= config["Labels"].items()


@pytest.mark.parametrize(("network", "closed"), [("host", True), (None, False)])
def test_on_the_hosts_network_it_opens_no_port(
    engine: DockerHarness, settings: Settings, network: str | None, closed: bool
) -> None:
    settings.PUSHER_NETWORK = network or engine.network
    engine.runner().start(spec(3))
    config = inspected(engine)["Config"]
    assert isinstance(config, dict)
    assert ("HTTP_PORT=0" in config["Env"]) == closed


@pytest.mark.parametrize(("transcodes", "memory", "cpus"), [(False, 150, 0.5), (True, 512, 2.0), (None, 512, 2.0)])
def test_its_limits_follow_what_it_has_to_do(
    engine: DockerHarness, transcodes: bool | None, memory: int, cpus: float
) -> None:
    engine.runner().start(PusherSpec(CAMERA, 3, {}, {"STREAM_KEY": Secret("k")}, transcodes=transcodes))
    host = inspected(engine)["HostConfig"]
    assert isinstance(host, dict)
    assert (host["Memory"], host["MemorySwap"]) == (memory * 1024 * 1024,) * 2
    assert host["NanoCpus"] == cpus * 1e9
    config = inspected(engine)["Config"]
    assert isinstance(config, dict)
    assert f"MEMORY_LIMIT_MB={memory * 9 // 10}" in config["Env"]


def test_memory_beyond_the_limit_is_a_reason_of_its_own(engine: DockerHarness, settings: Settings) -> None:
    settings.PUSHER_TRANSCODE_MEMORY_MB = 32
    engine.program(settings, "/bin/sh", "-c", EATS)
    engine.runner().start(spec(3))
    status = eventually(lambda: engine.runner().inspect(CAMERA), running=False)
    assert status.reason == "oom_killed"
    assert [listed.reason for listed in engine.runner().list()] == ["oom_killed"]


def test_an_image_that_is_not_there_is_named_and_found_when_it_comes(engine: DockerHarness, settings: Settings) -> None:
    there, settings.PUSHER_IMAGE = settings.PUSHER_IMAGE, "cctv-contract:never-built"
    with pytest.raises(MediaError, match="pusher_image_missing") as refused:
        engine.runner().start(spec(3))
    assert not refused.value.permanent
    settings.PUSHER_IMAGE = there
    assert engine.runner().start(spec(3)).running


def test_a_network_that_is_not_there_is_named_and_leaves_nothing(engine: DockerHarness, settings: Settings) -> None:
    settings.PUSHER_NETWORK = "cctv-contract-nowhere"
    with pytest.raises(MediaError, match="runner_network_absent") as refused:
        engine.runner().start(spec(3))
    assert not refused.value.permanent
    assert engine.left_behind() == []
    settings.PUSHER_NETWORK = engine.network
    assert engine.runner().start(spec(3)).running


def test_what_a_dead_worker_only_created_is_started_by_the_next(engine: DockerHarness, settings: Settings) -> None:
    engine.program(settings, "/bin/sh", "-c", 'test "$(cat $STREAM_KEY_FILE)" = top-secret-key && exec sleep 1000')
    engine.runner().start(spec(3))
    labels = engine.api.inspect_container(NAME)["Config"]["Labels"]
    engine.clear()
    engine.api.create_container(
        settings.PUSHER_IMAGE,
        name=NAME,
        labels=labels,
        volumes=[docker_secrets.FOLDER],
        environment={"STREAM_KEY_FILE": f"{docker_secrets.FOLDER}/STREAM_KEY"},
    )
    found = engine.runner().inspect(CAMERA)
    assert found is not None
    assert (found.running, found.reason) == (False, "never_started")
    assert engine.runner().start(spec(3)).running
    assert len(engine.containers()) == 1


def test_what_was_started_by_hand_with_our_labels_is_listed_and_stopped_whatever_its_name(
    engine: DockerHarness, settings: Settings
) -> None:
    engine.runner().start(spec(3))
    labels = engine.api.inspect_container(NAME)["Config"]["Labels"]
    made = engine.api.create_container(settings.PUSHER_IMAGE, name=f"{NAME}-by-hand", labels=labels)
    engine.api.start(made["Id"])
    assert [(status.camera_id, status.generation) for status in engine.runner().list()] == [(CAMERA, 3)] * 2
    engine.runner().stop(CAMERA, up_to=2)
    assert len(engine.containers()) == 2
    engine.runner().stop(CAMERA, up_to=3)
    assert engine.left_behind() == []


def test_ten_cameras_start_and_stop_at_once(engine: DockerHarness) -> None:
    cameras = [f"{CAMERA}-{number}" for number in range(10)]
    with ThreadPoolExecutor(10) as pool:
        specs = [PusherSpec(camera, 1, {}, {"STREAM_KEY": Secret("k")}) for camera in cameras]
        assert all(status.running for status in pool.map(lambda s: engine.runner().start(s), specs))
        assert [status.camera_id for status in engine.runner().list()] == sorted(cameras)
        list(pool.map(lambda camera: engine.runner().stop(camera, up_to=1), cameras))
    assert engine.runner().list() == []
    assert engine.left_behind() == []


def test_nothing_secret_is_told_by_the_engine(engine: DockerHarness) -> None:
    secrets = {"RTSP_URL": Secret("rtsp://user:hidden-word@camera/1"), "STREAM_KEY": Secret("hidden-word")}
    engine.runner().start(PusherSpec(CAMERA, 3, {"WHIP_ENDPOINT": "http://sfu/w"}, secrets))
    told = json.dumps(inspected(engine)) + engine.shown(NAME)
    assert "hidden-word" not in told
    assert f"STREAM_KEY_FILE={docker_secrets.FOLDER}/STREAM_KEY" in told
