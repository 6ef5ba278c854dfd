"""`manage.py check --deploy --tag media` says whether pushers could start; ordinary checks ask no engine."""

from __future__ import annotations

import os

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from tests.contract import docker_engine

ENGINE = ["met"] if docker_engine.met() else []


def found(*, include_deployment_checks: bool = False) -> list[str]:
    return [
        str(message.id) for message in run_checks(tags=["media"], include_deployment_checks=include_deployment_checks)
    ]


def test_an_engine_that_is_away_is_a_warning(settings: Settings) -> None:
    settings.PUSHER_RUNNER, settings.DOCKER_HOST = "docker", "unix:///nowhere/docker.sock"
    assert found(include_deployment_checks=True) == ["streaming.W001"]
    assert found() == []


def test_runners_without_containers_ask_no_engine(settings: Settings) -> None:
    settings.PUSHER_RUNNER, settings.DOCKER_HOST = "forward", "unix:///nowhere/docker.sock"
    assert found(include_deployment_checks=True) == []


@pytest.mark.parametrize("_engine", ENGINE)
@pytest.mark.parametrize(("network", "said"), [("cctv-contract-nowhere", ["streaming.E003"]), ("bridge", [])])
def test_an_absent_network_is_an_error(settings: Settings, _engine: str, network: str, said: list[str]) -> None:
    settings.PUSHER_RUNNER, settings.PUSHER_NETWORK = "docker", network
    settings.DOCKER_HOST = os.environ["DOCKER_HOST"]
    assert found(include_deployment_checks=True) == said
