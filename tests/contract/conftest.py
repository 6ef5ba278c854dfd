"""One suite per port, on every adapter: a new adapter adds its harness to the parameters here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.contract import docker_engine, forwards
from tests.contract.harness import Harness
from tests.contract.real_servers import program
from tests.contract.supervisor import SupervisorHarness

# What only the real one can show is not collected where this machine has none.
NEEDS = {"test_mediamtx_media.py": ["mediamtx"], "test_livekit_real.py": ["livekit-server", "livekit-ingress"]}
ENGINE = [] if docker_engine.met() else ["test_docker.py", "test_container_watched.py"]
SWARM = [] if "swarm" in docker_engine.runners() else ["test_swarm.py", "test_full_disk.py"]
collect_ignore = ENGINE + SWARM + [file for file, programs in NEEDS.items() if not all(map(program, programs))]
RUNNERS: dict[str, type[Harness]] = {"supervisor": SupervisorHarness, **docker_engine.runners()}
MORTALS: dict[str, type[Harness]] = {"supervisor": SupervisorHarness, **docker_engine.mortals()}
FORWARDS: dict[str, type[Harness]] = {**forwards.runners()}
PARAMETERS = {"shared_runner": (RUNNERS, "session"), "mortal": (MORTALS, "function")}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every runner, or the module's `ONLY`; a test that uses `programs_only` is nothing to those that run none."""
    more = {} if "programs_only" in metafunc.fixturenames else FORWARDS
    for fixture, (known, scope) in PARAMETERS.items():
        if fixture in metafunc.fixturenames:
            wanted = getattr(metafunc.module, "ONLY", sorted(known | more))
            metafunc.parametrize(fixture, wanted, indirect=True, scope=scope)  # type: ignore[arg-type]


@pytest.fixture
def programs_only() -> None:
    """For what only a runner of programs has: exit codes, files, an environment, life after its own restart."""


@pytest.fixture(scope="session")
def shared_runner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    harness = (RUNNERS | FORWARDS)[request.param](tmp_path_factory.mktemp(request.param))
    yield harness
    harness.close()


@pytest.fixture
def harness(shared_runner: Harness, settings: Settings) -> Iterator[Harness]:
    """A runner with nothing in it, whose pushers only sleep."""
    shared_runner.configure(settings)
    shared_runner.program(settings, "/bin/sleep", "1000")
    yield shared_runner
    shared_runner.clear()


@pytest.fixture
def mortal(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> Iterator[Harness]:
    """A runner of this test's own, to break."""
    harness = (MORTALS | FORWARDS)[request.param](tmp_path)
    harness.configure(settings)
    harness.program(settings, "/bin/sleep", "1000")
    yield harness
    harness.close()
