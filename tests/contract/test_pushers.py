"""PusherRunner: every row of the table in streaming.media.ports, on every runner."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from streaming.media.ports import MediaError, PusherSpec, PusherStatus, Secret
from tests.contract.harness import Harness

CAMERA = "cam-001-test"
NAME = f"whip-pusher-{CAMERA}"


def spec(generation: int = 1, **environment: str) -> PusherSpec:
    whole = {"WHIP_ENDPOINT": "http://127.0.0.1:9/whip/v1", **environment}
    return PusherSpec(CAMERA, generation, whole, {"STREAM_KEY": Secret("top-secret-key")})


def eventually(found: Callable[[], PusherStatus | None], *, running: bool) -> PusherStatus:
    deadline = time.monotonic() + 10
    while (status := found()) is None or status.running is not running:
        assert time.monotonic() < deadline, f"never running={running}: {status}"
        time.sleep(0.02)
    return status


def test_start_runs_one_process_and_answers_its_status(harness: Harness) -> None:
    status = harness.runner().start(spec(3))
    assert (status.name, status.camera_id, status.generation) == (NAME, CAMERA, 3)
    assert status.running
    assert status.exit_code is None
    assert status.started_at is not None
    assert len(harness.alive()) == 1


def test_start_of_the_same_generation_starts_nothing(harness: Harness) -> None:
    harness.runner().start(spec(3))
    before = harness.alive()
    assert harness.runner().start(spec(3)).running
    assert harness.alive() == before


def test_start_replaces_an_older_generation(harness: Harness) -> None:
    harness.runner().start(spec(3))
    before = harness.alive()
    assert harness.runner().start(spec(4)).generation == 4
    after = harness.alive()
    assert len(after) == 1
    assert after != before


def test_start_of_an_older_generation_is_superseded(harness: Harness) -> None:
    harness.runner().start(spec(4))
    before = harness.alive()
    with pytest.raises(MediaError, match="superseded"):
        harness.runner().start(spec(3))
    assert harness.alive() == before


@pytest.mark.parametrize(("generation", "up_to"), [(3, 3), (3, 9)])
def test_stop_leaves_no_process_and_no_file(harness: Harness, generation: int, up_to: int) -> None:
    harness.runner().start(spec(generation))
    harness.runner().stop(CAMERA, up_to=up_to)
    assert harness.alive() == []
    assert harness.left_behind() == []
    assert harness.runner().inspect(CAMERA) is None
    assert harness.runner().list() == []


def test_stop_does_not_touch_a_newer_generation(harness: Harness) -> None:
    harness.runner().start(spec(4))
    harness.runner().stop(CAMERA, up_to=3)
    assert [status.generation for status in harness.runner().list()] == [4]
    assert len(harness.alive()) == 1


def test_what_is_not_there_is_no_error(harness: Harness) -> None:
    harness.runner().stop(CAMERA, up_to=99)
    assert harness.runner().inspect(CAMERA) is None
    assert harness.runner().list() == []


@pytest.mark.usefixtures("programs_only")
@pytest.mark.parametrize("code", [0, 11, 21, 70])
def test_an_exit_code_is_kept_until_stop(harness: Harness, settings: Settings, code: int) -> None:
    harness.program(settings, "/bin/sh", "-c", f"exit {code}")
    harness.runner().start(spec(3))
    status = eventually(lambda: harness.runner().inspect(CAMERA), running=False)
    assert (status.exit_code, status.generation) == (code, 3)
    assert harness.runner().start(spec(3)).exit_code == code
    assert [listed.exit_code for listed in harness.runner().list()] == [code]
    harness.runner().stop(CAMERA, up_to=3)
    assert harness.runner().list() == []


@pytest.mark.usefixtures("programs_only")
def test_an_exited_pusher_is_never_restarted(harness: Harness, settings: Settings) -> None:
    harness.program(settings, "/bin/sh", "-c", "exit 10")
    harness.runner().start(spec(3))
    eventually(lambda: harness.runner().inspect(CAMERA), running=False)
    time.sleep(1.5)
    assert harness.alive() == []
    assert harness.runner().start(spec(4)).generation == 4


@pytest.mark.usefixtures("programs_only")
def test_a_killed_pusher_says_so(harness: Harness, settings: Settings) -> None:
    harness.program(settings, "/bin/sh", "-c", "kill -9 $$")
    harness.runner().start(spec(3))
    status = eventually(lambda: harness.runner().inspect(CAMERA), running=False)
    assert status.reason == "killed_by_signal"
    assert status.exit_code not in {0, None}


@pytest.mark.usefixtures("programs_only")
def test_stop_ends_a_pusher_that_ignores_sigterm_with_its_children(harness: Harness, settings: Settings) -> None:
    settings.MEDIA_CALL_TIMEOUT = harness.stop_seconds
    harness.program(settings, "/bin/sh", "-c", "trap '' TERM; sleep 1000 & while :; do sleep 0.1; done")
    harness.runner().start(spec(3))
    harness.runner().stop(CAMERA, up_to=3)
    assert harness.alive() == []


def test_ten_workers_at_once_make_one_process(harness: Harness) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: harness.runner().start(spec(3)), range(10)))
    assert all(status.running for status in answers)
    assert len(harness.alive()) == 1


def test_starts_and_stops_of_many_generations_leave_only_the_newest(harness: Harness) -> None:
    def churn(generation: int) -> None:
        # Superseded is the right answer to some of them; the outcome below is what counts.
        with suppress(MediaError):
            harness.runner().start(spec(generation))
        harness.runner().stop(CAMERA, up_to=generation - 1)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(churn, [1, 4, 2, 6, 3, 5]))
    assert [status.generation for status in harness.runner().list()] == [6]
    assert len(harness.alive()) == 1


def test_a_worker_that_comes_later_sees_what_others_started(harness: Harness) -> None:
    started = harness.runner().start(spec(3))
    assert harness.runner().inspect(CAMERA) == started
    assert harness.runner().list() == [started]


def test_a_foreign_holder_of_the_name_is_never_touched(harness: Harness) -> None:
    harness.occupy(NAME)
    before = harness.alive()
    with pytest.raises(MediaError, match="name_taken") as refused:
        harness.runner().start(spec(3))
    assert not refused.value.permanent
    harness.runner().stop(CAMERA, up_to=99)
    assert harness.runner().inspect(CAMERA) is None
    assert harness.runner().list() == []
    assert harness.alive() == before


def test_another_instance_keeps_its_pusher(harness: Harness, settings: Settings) -> None:
    settings.INSTANCE_ID = "the-other"
    harness.runner().start(spec(3))
    settings.INSTANCE_ID = "ours"
    with pytest.raises(MediaError, match="name_taken"):
        harness.runner().start(spec(4))
    harness.runner().stop(CAMERA, up_to=99)
    assert harness.runner().list() == []
    assert len(harness.alive()) == 1


@pytest.mark.usefixtures("programs_only")
def test_the_environment_arrives_as_it_was_given(harness: Harness, settings: Settings) -> None:
    harness.program(settings, "/bin/sh", "-c", 'test "$A" = "100% of %(there)s, a=b" && test "$B" = \'say "hi" now\'')
    harness.runner().start(spec(3, A="100% of %(there)s, a=b", B='say "hi" now'))
    assert eventually(lambda: harness.runner().inspect(CAMERA), running=False).exit_code == 0


@pytest.mark.usefixtures("programs_only")
def test_a_secret_is_only_in_a_private_file(harness: Harness, settings: Settings) -> None:
    harness.program(settings, "/bin/sh", "-c", 'test $(wc -c <"$STREAM_KEY_FILE") = 14 && exec sleep 1000')
    harness.runner().start(spec(3))
    time.sleep(0.2)
    status = harness.runner().inspect(CAMERA)
    assert status is not None
    assert status.running
    assert "top-secret-key" not in harness.shown(NAME) + repr(status)
    (process,) = harness.alive()
    for file in ("environ", "cmdline"):
        assert "top-secret-key" not in Path(f"/proc/{process.pid}/{file}").read_text()


@pytest.mark.usefixtures("programs_only")
def test_a_program_that_cannot_start_is_a_coded_error(harness: Harness, settings: Settings) -> None:
    harness.program(settings, "/nowhere/at-all")
    if harness.refuses_at_start:
        with pytest.raises(MediaError, match="pusher_not_startable"):
            harness.runner().start(spec(3))
        assert harness.runner().list() == []
    else:
        harness.runner().start(spec(3))
        assert eventually(lambda: harness.runner().inspect(CAMERA), running=False).reason == "not_startable"


def layered(generation: int) -> PusherSpec:
    """Of a camera with a sub-stream."""
    made = spec(generation)
    return replace(made, secrets={**made.secrets, "SUB_RTSP_URL": Secret("rtsp://127.0.0.1:9/sub")})


def told(harness: Harness, settings: Settings) -> None:
    """A program that ends with 7 once it is told to feed both layers."""
    if harness.runner().layering != "told":
        pytest.skip("this runner cannot tell a running pusher anything")
    said = '{"layers": ["high", "low"]}'
    wait = f"until test \"$(cat $CONTROL_FILE)\" = '{said}'; do sleep 0.1; done 2>/dev/null; exit 7"
    harness.program(settings, "/bin/sh", "-c", wait)


@pytest.mark.usefixtures("programs_only")
def test_a_running_pusher_is_told_its_layers_and_then_others(harness: Harness, settings: Settings) -> None:
    told(harness, settings)
    harness.runner().start(layered(3))
    harness.runner().set_layers(CAMERA, generation=3, layers=frozenset({"low"}))
    time.sleep(0.5)
    (status,) = harness.runner().list()
    assert status.running
    harness.runner().set_layers(CAMERA, generation=3, layers=frozenset({"low", "high"}))
    assert eventually(lambda: harness.runner().inspect(CAMERA), running=False).exit_code == 7
    harness.runner().set_layers(CAMERA, generation=3, layers=frozenset({"low"}))
    harness.runner().stop(CAMERA, up_to=3)
    assert harness.left_behind() == []


@pytest.mark.usefixtures("programs_only")
@pytest.mark.parametrize("generation", [2, 4])
def test_a_pusher_of_another_generation_is_told_nothing(harness: Harness, settings: Settings, generation: int) -> None:
    told(harness, settings)
    harness.runner().start(layered(3))
    harness.runner().set_layers(CAMERA, generation=generation, layers=frozenset({"high", "low"}))
    time.sleep(0.5)
    assert [status.running for status in harness.runner().list()] == [True]


@pytest.mark.usefixtures("programs_only")
def test_a_new_generation_knows_nothing_of_what_the_old_was_told(harness: Harness, settings: Settings) -> None:
    told(harness, settings)
    harness.runner().start(layered(3))
    harness.runner().set_layers(CAMERA, generation=3, layers=frozenset({"high", "low"}))
    harness.runner().start(layered(4))
    time.sleep(0.5)
    assert [(status.generation, status.running) for status in harness.runner().list()] == [(4, True)]


def test_layers_of_a_pusher_that_is_not_there_are_nobodys(harness: Harness) -> None:
    harness.runner().set_layers(CAMERA, generation=3, layers=frozenset({"high"}))
    assert harness.runner().list() == []
    assert harness.left_behind() == []


def test_a_runner_that_is_gone_is_a_transient_error(mortal: Harness) -> None:
    mortal.runner().start(spec(3))
    mortal.break_down()
    runner = mortal.runner()
    for call in (runner.list, lambda: runner.start(spec(3)), lambda: runner.stop(CAMERA, up_to=3)):
        with pytest.raises(MediaError, match="runner_unreachable") as error:
            call()
        assert not error.value.permanent


def test_a_runner_that_hangs_costs_no_more_than_the_timeout(mortal: Harness, settings: Settings) -> None:
    settings.MEDIA_CALL_TIMEOUT = 1.0
    mortal.hang()
    began = time.monotonic()
    with pytest.raises(MediaError, match="runner_unreachable"):
        mortal.runner().start(spec(3))
    assert time.monotonic() - began < 2.0


@pytest.mark.usefixtures("programs_only")
def test_after_a_restart_of_the_runner_pushers_are_reported_as_not_running(mortal: Harness) -> None:
    mortal.runner().start(spec(3))
    mortal.break_down()
    mortal.repair()
    (status,) = mortal.runner().list()
    assert (status.generation, status.running) == (3, False)
    assert not mortal.runner().start(spec(3)).running
    assert mortal.runner().start(spec(4)).running
    assert len(mortal.alive()) == 1
