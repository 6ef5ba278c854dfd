"""SupervisorPushers: what a worker that dies in the middle leaves, and who may read its files."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from pytest_django import Settings

from streaming.media.ports import MediaError, PusherSpec, Secret
from streaming.media.supervisor_files import Label, Program, PusherFiles
from tests.contract.supervisor import SupervisorHarness

ONLY = ["supervisor"]
CAMERA = "cam-001-test"
NAME = f"whip-pusher-{CAMERA}"


def spec(generation: int = 1, **environment: str) -> PusherSpec:
    return PusherSpec(CAMERA, generation, environment, {"STREAM_KEY": Secret("top-secret-key")})


def half_started(harness: SupervisorHarness, settings: Settings) -> PusherFiles:
    """As a worker leaves it that is killed after it wrote its files."""
    files = PusherFiles(harness.layout.pushers, harness.layout.log)
    program = Program(["/bin/sleep", "1000"], "/", {}, {"STREAM_KEY": Secret("old")}, 1)
    files.write(Label(NAME, settings.INSTANCE_ID, CAMERA, 3), program)
    return files


def test_a_start_that_was_cut_off_is_taken_up_by_the_next(harness: SupervisorHarness, settings: Settings) -> None:
    half_started(harness, settings)
    (status,) = harness.runner().list()
    assert (status.running, status.reason) == (False, "never_started")
    assert harness.runner().start(spec(3)).running
    assert len(harness.alive()) == 1


def test_a_start_that_was_cut_off_is_removed_by_stop(harness: SupervisorHarness, settings: Settings) -> None:
    half_started(harness, settings)
    harness.runner().stop(CAMERA, up_to=3)
    assert harness.left_behind() == []


def test_a_start_half_way_is_not_reported_as_dead(harness: SupervisorHarness, settings: Settings) -> None:
    files = half_started(harness, settings)
    with files.locked(NAME, seconds=1):
        (status,) = harness.runner().list()
    assert (status.running, status.reason) == (True, "in_transition")


def test_a_busy_pusher_is_a_transient_error_after_the_timeout(harness: SupervisorHarness, settings: Settings) -> None:
    settings.MEDIA_CALL_TIMEOUT = 0.2
    with (
        PusherFiles(harness.layout.pushers, harness.layout.log).locked(NAME, seconds=1),
        pytest.raises(MediaError, match="runner_busy"),
    ):
        harness.runner().start(spec(3))


def test_every_file_is_private(harness: SupervisorHarness) -> None:
    harness.runner().start(spec(3))
    for path in (p for p in harness.layout.pushers.rglob("*") if p.suffix not in {".lock", ".log"}):
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_secret_of_an_older_generation_goes_with_it(harness: SupervisorHarness) -> None:
    harness.runner().start(spec(3))
    harness.runner().start(spec(4))
    secrets = [path.name for path in harness.layout.pushers.glob("*.secrets")]
    assert secrets == [f"{NAME}.4.secrets"]


@pytest.mark.parametrize("value", ["two\nlines", "both ' and \"", "a ;b", "a #b", "'quoted'", "in %(here)s"])
def test_a_value_that_the_format_cannot_hold_is_refused_for_good(harness: SupervisorHarness, value: str) -> None:
    with pytest.raises(MediaError, match="bad_pusher_setting") as refused:
        harness.runner().start(spec(3, A=value))
    assert refused.value.permanent
    assert harness.left_behind() == []


def test_a_program_that_supervisord_cannot_read_does_not_keep_others_from_starting(
    harness: SupervisorHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("streaming.media.supervisor_files.environment_line", lambda values: "no equals sign")
        with pytest.raises(MediaError, match="runner_refused"):
            harness.runner().start(spec(3))
    assert harness.left_behind() == []
    assert harness.runner().start(spec(3)).running


def test_a_foreign_label_is_not_read_as_ours(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.json").write_text('{"something": "else"}')
    files = PusherFiles(tmp_path, tmp_path)
    assert files.label(NAME) is None
    assert files.foreign(NAME)


def test_the_real_program_tells_by_its_exit_code_which_setting_is_missing(
    harness: SupervisorHarness, settings: Settings
) -> None:
    settings.PUSHER_COMMAND = ""
    harness.runner().start(PusherSpec(CAMERA, 3, {}, {}))
    deadline = time.monotonic() + 20
    while (status := harness.runner().inspect(CAMERA)) is None or status.running:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert status.exit_code == 64
