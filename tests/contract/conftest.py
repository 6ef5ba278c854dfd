"""One suite per port, on every adapter: a new adapter adds its harness to the parameters here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.contract.supervisor import SupervisorHarness

RUNNERS = {"supervisor": SupervisorHarness}


@pytest.fixture(scope="session", params=sorted(RUNNERS))
def shared_runner(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SupervisorHarness]:
    harness = RUNNERS[request.param](tmp_path_factory.mktemp(request.param))
    yield harness
    harness.close()


@pytest.fixture
def harness(shared_runner: SupervisorHarness, settings: Settings) -> Iterator[SupervisorHarness]:
    """A runner with nothing in it, whose pushers only sleep."""
    shared_runner.configure(settings)
    shared_runner.program(settings, "/bin/sleep", "1000")
    yield shared_runner
    shared_runner.clear()


@pytest.fixture(params=sorted(RUNNERS))
def mortal(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> Iterator[SupervisorHarness]:
    """A runner of this test's own, to break."""
    harness = RUNNERS[request.param](tmp_path)
    harness.configure(settings)
    harness.program(settings, "/bin/sleep", "1000")
    yield harness
    harness.close()
