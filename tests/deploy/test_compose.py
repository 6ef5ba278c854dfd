"""docker-compose.yml holds together: schema, references, pinned images, documented variables, limits."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.compose.stack import ROOT, load
from tests.deploy.compose_file import VARIABLE, documented, published, services, text

ONE_SHOT = {"migrate", "pusher"}
HERE = Path(__file__).parent


def plugin() -> bool:
    """Whether Docker's compose plugin is installed; it needs no engine to check a file."""
    if not shutil.which("docker"):
        return False
    return subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0


def checkers() -> list[list[str]]:
    schema = [str(Path(sys.executable).with_name("check-jsonschema")), "--builtin-schema", "vendor.compose-spec"]
    found = [[*schema, "docker-compose.yml"]]
    if shutil.which("go"):
        found.append(["go", "-C", "deploy/compose/check", "run", ".", str(ROOT / "docker-compose.yml")])
    if plugin():
        found.append(["docker", "compose", "--env-file", ".env.example", "--profile", "*", "config", "-q"])
    return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize("command", checkers(), ids=lambda command: Path(command[0]).name)
def test_every_checker_that_is_here_takes_it(command):
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", ["networks", "secrets"])
def test_what_a_service_names_is_defined(kind):
    known = set(load()[kind])
    for name, service in services().items():
        assert set(service.get(kind, [])) <= known, name


def test_the_configs_and_volumes_that_a_service_names_are_defined():
    compose = load()
    for service in services().values():
        assert {one["source"] for one in service.get("configs", [])} <= set(compose["configs"])
        volumes = {text.split(":")[0] for text in service.get("volumes", [])}
        assert {name for name in volumes if not name.startswith("/")} <= set(compose["volumes"])


def test_nothing_is_defined_that_no_service_uses():
    used = text()
    for kind in ("networks", "volumes", "secrets", "configs"):
        for name in load()[kind]:
            assert len(re.findall(rf"\b{name}\b", used)) > 1, f"{kind}: {name}"


def test_what_a_service_waits_for_can_come_true():
    found = services()
    for name, service in found.items():
        for other, wanted in service.get("depends_on", {}).items():
            condition = wanted["condition"]
            assert other in found, f"{name} waits for {other}"
            assert condition != "service_healthy" or "healthcheck" in found[other], f"{name} waits for {other}'s health"
            assert (condition == "service_completed_successfully") == (other in ONE_SHOT), f"{name} waits for {other}"


@pytest.mark.parametrize("name", sorted(services()))
def test_an_image_is_pinned_to_a_version(name):
    image = VARIABLE.sub(lambda found: found[2] or "", services()[name]["image"])
    assert re.fullmatch(r"[a-z0-9./-]+:v?\d+\.\d+[\w.-]*", image), image


@pytest.mark.parametrize("name", sorted(services()))
def test_a_service_has_limits_a_restart_policy_and_a_health_check(name):
    service = services()[name]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert service["restart"] == ("no" if name in ONE_SHOT else "unless-stopped")
    assert ("healthcheck" in service) == (name not in ONE_SHOT)


def test_every_variable_is_documented_and_every_documented_one_is_used():
    assert {found[1] for found in VARIABLE.finditer(text())} == set(documented())


def test_a_variables_default_is_what_the_example_says():
    example = documented()
    for found in VARIABLE.finditer(text()):
        assert (found[2] or "") == example[found[1]], found[0]


def test_each_variable_of_the_example_is_explained():
    lines = (ROOT / ".env.example").read_text().splitlines()
    for line, above in zip(lines[1:], lines, strict=False):
        if re.match(r"[A-Z_]+=", line):
            assert above.startswith("# ") or re.match(r"[A-Z_]+=", above), line


def test_no_two_services_publish_the_same_port():
    taken: dict[tuple[str, int], str] = {}
    for one in published():
        for port in one.ports:
            assert (one.protocol, port) not in taken, f"{one.service} and {taken.get((one.protocol, port))}: {port}"
            taken[one.protocol, port] = one.service


def test_every_file_that_compose_mounts_is_there():
    for one in load()["configs"].values():
        assert (ROOT / one["file"]).is_file(), one["file"]


def test_the_engines_socket_is_given_to_the_proxy_alone():
    assert [name for name, service in services().items() if "docker.sock" in str(service)] == ["docker-proxy"]


def test_the_pushers_network_has_the_name_that_the_settings_say(settings):
    assert load()["networks"]["cctv-network"]["name"] == settings.PUSHER_NETWORK == "cns_cctv-network"
