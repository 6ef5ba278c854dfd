"""PusherRunner.usage, on every runner."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from pytest_django import Settings

from streaming.media.ports import MediaError, PusherSpec, PusherUsage, Secret
from tests.contract.harness import Harness

CAMERA = "cam-001-test"


def spec(generation: int = 1) -> PusherSpec:
    environment = {"WHIP_ENDPOINT": "http://127.0.0.1:9/whip/v1"}
    return PusherSpec(CAMERA, generation, environment, {"STREAM_KEY": Secret("top-secret-key")})


def eventually(harness: Harness, holds: Callable[[PusherUsage], bool]) -> PusherUsage:
    deadline = time.monotonic() + 10
    while (found := harness.runner().usage().get(CAMERA)) is None or not holds(found):
        assert time.monotonic() < deadline, f"never so: {found}"
        time.sleep(0.1)
    return found


def test_a_running_pusher_is_told_of_by_its_camera(harness: Harness) -> None:
    harness.runner().start(spec())
    assert set(harness.runner().usage()) == {CAMERA}


def test_where_nothing_runs_nothing_is_used(harness: Harness) -> None:
    assert harness.runner().usage() == {}
    harness.runner().start(spec())
    harness.runner().stop(CAMERA, up_to=1)
    assert harness.runner().usage() == {}


@pytest.mark.usefixtures("programs_only")
def test_processor_time_grows_with_work_and_memory_is_known(harness: Harness, settings: Settings) -> None:
    harness.program(settings, "/bin/sh", "-c", "while :; do :; done")
    harness.runner().start(spec())
    first = eventually(harness, lambda used: (used.cpu_seconds or 0) > 0.1)
    second = eventually(harness, lambda used: (used.cpu_seconds or 0) > (first.cpu_seconds or 0) + 0.3)
    assert 10_000 < (second.memory_bytes or 0) < 50_000_000


@pytest.mark.usefixtures("programs_only")
def test_what_a_child_uses_counts_as_its_pusher_s(harness: Harness, settings: Settings) -> None:
    harness.program(settings, "/bin/sh", "-c", "(while kill -0 $$; do :; done) & wait")
    harness.runner().start(spec())
    eventually(harness, lambda used: (used.cpu_seconds or 0) > 0.2)
    # The child looks after its parent, and ends with it.
    harness.runner().stop(CAMERA, up_to=1)


@pytest.mark.usefixtures("programs_only")
def test_a_pusher_that_has_ended_uses_nothing(harness: Harness, settings: Settings) -> None:
    harness.program(settings, "/bin/sh", "-c", "exit 0")
    harness.runner().start(spec())
    deadline = time.monotonic() + 10
    # A node tells its manager late that a task has ended.
    while harness.runner().usage() or any(status.exit_code is None for status in harness.runner().list()):
        assert time.monotonic() < deadline, "still told of"
        time.sleep(0.05)
    assert [status.exit_code for status in harness.runner().list()] == [0]


def test_another_instance_s_pusher_is_not_told_of(harness: Harness, settings: Settings) -> None:
    settings.INSTANCE_ID = "the-other"
    harness.runner().start(spec())
    settings.INSTANCE_ID = "ours"
    assert harness.runner().usage() == {}


def test_a_runner_that_hangs_or_is_gone_is_a_transient_error_within_the_timeout(
    mortal: Harness, settings: Settings
) -> None:
    settings.MEDIA_CALL_TIMEOUT = 1.0
    mortal.hang()
    began = time.monotonic()
    for make_it_worse in (lambda: None, mortal.break_down):
        make_it_worse()
        with pytest.raises(MediaError, match="runner_unreachable") as error:
            mortal.runner().usage()
        assert not error.value.permanent
    assert time.monotonic() - began < 6
