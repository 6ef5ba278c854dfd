"""deploy/stack.yml is what docker-compose.yml makes of it, and Docker takes it for a Swarm."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
import yaml

from deploy.compose.stack import ONLY_BUILT, ROOT, load, stack_text

STACK = ROOT / "deploy" / "stack.yml"


def made():
    return yaml.safe_load(stack_text())


def test_the_committed_file_is_what_the_generator_makes():
    assert STACK.read_text() == stack_text(), "run `make stack`"


@pytest.mark.parametrize("docker", [found] if (found := shutil.which("docker")) else [])
def test_docker_takes_it(docker):
    command = [docker, "stack", "config", "-c", str(STACK)]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "nsupported" not in done.stderr, done.stderr
    assert set(yaml.safe_load(done.stdout)["services"]) == set(load()["services"]) - {ONLY_BUILT}


def test_it_has_nothing_that_stack_files_do_not_know():
    assert "name" not in made()
    for name, service in made()["services"].items():
        assert not {"profiles", "depends_on", "build", "restart", "container_name"} & set(service), name


def test_pushers_can_be_put_on_the_overlay_network():
    network = made()["networks"]["cctv-network"]
    assert (network["driver"], network["attachable"], network["name"]) == ("overlay", True, "cns_cctv-network")


def test_ports_are_those_of_compose_but_for_what_is_meant_for_loopback():
    services = made()["services"]
    assert "ports" not in services["grafana"] or not services["grafana"]["ports"]
    assert [port["published"] for port in services["livekit"]["ports"]] == [7881, 50000, 50001, 50002, 50003]
    assert {port["mode"] for port in services["livekit"]["ports"]} == {"host"}


def test_migrations_run_once_and_the_rest_is_started_again():
    conditions = {name: one["deploy"]["restart_policy"]["condition"] for name, one in made()["services"].items()}
    assert [name for name, condition in conditions.items() if condition == "none"] == ["migrate"]


def test_a_changed_config_has_another_name(tmp_path):
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy", ignore=shutil.ignore_patterns("__pycache__", "check"))
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    (tmp_path / "deploy" / "haproxy.cfg").write_text("changed")
    changed = yaml.safe_load(stack_text(tmp_path))["configs"]
    names = {name for name, one in made()["configs"].items() if changed[name]["name"] != one["name"]}
    assert names == {"haproxy"}
