"""Choosing a local stack's media plane: clear refusals, the committed configurations, loopback only."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from deploy.local import choice, keeper, programs, stack
from deploy.local.choice import Choice
from deploy.local.environment import environment
from deploy.local.errors import StackError
from deploy.local.secret_files import make_secrets
from deploy.local.stack import Stack

PRODUCT = Choice(sfu="livekit", gateway="mediamtx")


def test_a_bare_environment_chooses_the_embedded_plane() -> None:
    assert choice.from_environment({}).services == ("postgres", "redis", "janus")


def test_a_plane_that_is_not_known_is_named_with_what_is() -> None:
    with pytest.raises(StackError, match="SFU=lifekit is not one of janus, livekit"):
        choice.from_environment({"SFU": "lifekit"})


def test_forwarding_without_the_server_that_forwards_is_refused() -> None:
    with pytest.raises(StackError, match="PUSHER_RUNNER=forward needs GATEWAY=mediamtx"):
        choice.from_environment({"SFU": "livekit", "PUSHER_RUNNER": "forward"})


def test_ingress_runs_only_where_it_is_the_ingest() -> None:
    assert "ingress" in PRODUCT.servers
    assert "ingress" not in replace(PRODUCT, ingest="whip").servers


def test_a_missing_program_is_named_with_its_variable_and_nothing_starts(
    small: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIAMTX_BIN", "/nowhere/mediamtx")
    with pytest.raises(StackError, match=r"program mediamtx is missing.*MEDIAMTX_BIN"):
        stack.start_services(replace(small, plane=PRODUCT), ("redis", "mediamtx"))
    assert keeper.running(small.layout) is None


@pytest.mark.slow
def test_a_stack_remembers_its_plane(running: Stack) -> None:
    assert choice.saved(running.layout) == Choice()


def test_every_server_of_the_product_listens_on_loopback_only(small: Stack) -> None:
    small.layout.make()
    make_secrets(small.layout)
    programs.services(small.layout, small.ports, PRODUCT.services)
    written = "".join(path.read_text() for path in small.layout.run.glob("*.yaml"))
    assert set(re.findall(r"\b(\d+\.\d+\.\d+\.\d+):\d", written)) == {"127.0.0.1"}
    assert not re.search(r"://(?!127\.0\.0\.1)", written)


def test_the_docker_engine_is_named_only_where_containers_push(small: Stack) -> None:
    without = environment(small.layout, small.ports, {}, plane=PRODUCT)
    docker = environment(small.layout, small.ports, {}, plane=replace(PRODUCT, runner="docker"))
    assert "DOCKER_HOST" not in without
    assert (docker["PUSHER_NETWORK"], docker["PUSHER_RUNNER"]) == ("host", "docker")
