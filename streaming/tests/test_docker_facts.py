"""What a container runner tells its pushers and says of them, without an engine."""

from __future__ import annotations

import pytest

from streaming.media import docker_labels, docker_pushers
from streaming.media.ports import PusherSpec
from streaming.media.swarm_services import task_template

HEALTHY, UNHEALTHY = ({"Status": word} for word in ("healthy", "unhealthy"))


def spec(*, transcodes: bool | None = None) -> PusherSpec:
    return PusherSpec("cam-a", 3, {}, {}, transcodes=transcodes)


def container(**fields: object) -> dict[str, object]:
    return {"Name": "/p", "Config": {"Labels": docker_labels.made(spec())}, "Created": 0, **fields}


@pytest.mark.parametrize(("transcodes", "own"), [(False, "135"), (True, "460"), (None, "460")])
def test_a_pusher_ends_by_itself_before_the_kernel_kills_it(settings, transcodes, own):
    settings.PUSHER_MEMORY_MB, settings.PUSHER_TRANSCODE_MEMORY_MB = 150, 512
    assert docker_pushers.own_limit(spec(transcodes=transcodes)) == {"MEMORY_LIMIT_MB": own}
    assert f"MEMORY_LIMIT_MB={own}" in task_template(spec(transcodes=transcodes), [])["ContainerSpec"]["Env"]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"Status": "running", "Health": UNHEALTHY}, "unhealthy"),
        ({"Status": "running", "Health": HEALTHY}, None),
        ({"Status": "running"}, None),
        ({"Status": "exited", "ExitCode": 10, "Health": UNHEALTHY}, None),
    ],
)
def test_the_engines_health_check_is_a_fact_of_a_running_pusher_only(state, reason):
    assert docker_pushers._status(container(State=state)).reason == reason


@pytest.mark.parametrize(
    ("words", "reason"),
    [("Up 5 minutes (unhealthy)", "unhealthy"), ("Up 5 minutes (healthy)", None), ("Up 1 second", None)],
)
def test_a_list_has_health_in_its_words_for_people(words, reason):
    row = {"Names": ["/p"], "State": "running", "Status": words, "Labels": docker_labels.made(spec()), "Created": 0}
    assert docker_pushers._status(docker_pushers._listed(row)).reason == reason
