"""An engine whose disk is full: a code of its own, and no hand needed once there is room again."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pytest_django import Settings

from streaming.media.ports import MediaError
from tests.contract.docker_engine import OwnDockerHarness, until
from tests.contract.test_pushers import spec

pytestmark = pytest.mark.slow
SIZE = 48 * 1024 * 1024  # bytes of the engine's disk


@pytest.fixture
def small(tmp_path: Path, settings: Settings) -> Iterator[OwnDockerHarness]:
    """An engine with a disk of its own, which ends with it."""
    disk = tmp_path / "data"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk)], check=True, timeout=10)
    made = OwnDockerHarness(tmp_path)
    made.configure(settings)
    made.program(settings, "/bin/sleep", "1000")
    yield made
    made.close()


def fill(disk: Path) -> Path:
    """Writes until nothing more goes in."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    return filler


def test_a_full_disk_is_named_and_heals_by_itself(small: OwnDockerHarness) -> None:
    filler = fill(small.folder / "data")
    with pytest.raises(MediaError, match="runner_disk_full") as refused:
        small.runner().start(spec(3))
    assert not refused.value.permanent
    filler.unlink()
    assert small.runner().start(spec(3)).running
    until(lambda: len(small.alive()) == 1, "the pusher runs")
