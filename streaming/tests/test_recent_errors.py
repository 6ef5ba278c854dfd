"""`recent_errors`: what went wrong lately, counted by code."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from cameras.services import camera_update
from cctv import clock
from cctv.errors import DomainError
from cctv.logs import JsonFormatter
from streaming.diagnosis import log_files
from streaming.diagnosis.redaction import MASK
from streaming.media.ports import MediaError
from streaming.services.releasing import release
from streaming.tests.steps import watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_logs(settings):
    settings.LOG_DIR = ""


def asked(capsys, *words: str) -> tuple[int, dict[str, Any]]:
    try:
        call_command("recent_errors", "--json", *words)
    except SystemExit as ended:
        return int(str(ended.code)), json.loads(capsys.readouterr().out)
    return 0, json.loads(capsys.readouterr().out)


def log(folder, level: int, message: str, **fields) -> None:
    record = logging.LogRecord("streaming.x", level, "f", 1, message, (), None)
    record.__dict__.update(fields)
    record.created = clock.now().timestamp()
    with (folder / "worker-media.log").open("a") as file:
        file.write(JsonFormatter().format(record) + "\n")


def test_a_quiet_system_has_none(camera_a, operator_a, memory, work, later, capsys):
    release(caller=operator_a, reservation_id=watch(operator_a).pk)
    later(6)
    work()
    code, found = asked(capsys)
    assert (code, found["groups"], found["errors"]) == (0, [], [])


def test_refusals_are_counted_by_code_with_their_sentence(camera_a, stranger, memory, capsys):
    for _ in range(3):
        with pytest.raises(DomainError):
            watch(stranger)
    code, found = asked(capsys, "--limit", "2")
    (group,) = found["groups"]
    assert (code, group["code"], group["count"], group["cameras"]) == (1, "camera_not_found", 3, ["cam-a"])
    assert group["text"] == "There is no such camera, or you may not see it."
    assert group["first"] < group["last"]
    assert len(found["errors"]) == 2


def test_a_failed_start_counts_its_stream_and_its_leases(camera_a, operator_a, viewer_a, memory, work, capsys):
    memory.fail["ensure_path"] = MediaError("source_unauthorised", permanent=True)
    watch(operator_a)
    watch(viewer_a)
    work()
    _, found = asked(capsys)
    assert [(g["code"], g["kinds"]) for g in found["groups"]] == [("source_unauthorised", {"lease": 2, "stream": 1})]


def test_every_retry_counts(camera_a, operator_a, memory, work, later, capsys):
    watch(operator_a)
    for _ in range(3):
        memory.fail["start"] = MediaError("runner_unreachable")
        work()
        later(3)
    _, found = asked(capsys)
    assert [(g["code"], g["count"]) for g in found["groups"]] == [("runner_unreachable", 3)]


def test_what_somebody_wanted_is_no_error(camera_a, operator_a, memory, work, capsys):
    watch(operator_a)
    work()
    camera_update(camera=camera_a, enabled=False)
    work()
    work()
    assert asked(capsys)[0] == 0


def test_older_ones_and_other_cameras_are_left_out(camera_a, camera_b, stranger, memory, later, capsys):
    with pytest.raises(DomainError):
        watch(stranger)
    assert asked(capsys, "--camera", "cam-b")[0] == 0
    later(3700)
    assert asked(capsys)[0] == 0
    assert asked(capsys, "--since", "2h")[0] == 1


def test_loud_log_lines_are_found_and_quiet_ones_not(settings, tmp_path, camera_b, capsys):
    settings.LOG_DIR = str(tmp_path)
    log(tmp_path, logging.INFO, "all is well")
    log(tmp_path, logging.WARNING, "bring-up failed", camera_id="cam-a")
    (tmp_path / "postgres.log").write_text("FATAL: not JSON\n{\n")
    code, found = asked(capsys)
    assert (code, found["logs"]["count"]) == (1, 1)
    assert found["logs"]["lines"][0]["message"] == "bring-up failed"
    assert asked(capsys, "--camera", "cam-b")[0] == 0


def test_a_pushers_end_by_an_error_is_found(settings, tmp_path, db, capsys):
    settings.LOG_DIR = str(tmp_path)
    (tmp_path / "pushers").mkdir()
    line = {
        "ts": clock.now().isoformat(),
        "event": "exit",
        "camera_id": "cam-a",
        "code": "source_stalled",
        "exit_code": 14,
    }
    (tmp_path / "pushers" / "p.log").write_text(json.dumps(line) + "\n")
    _, found = asked(capsys)
    assert [line["message"] for line in found["logs"]["lines"]] == ["pusher ended: source_stalled"]


def test_log_lines_are_shown_without_credentials(settings, tmp_path, db, capsys):
    settings.LOG_DIR = str(tmp_path)
    log(tmp_path, logging.ERROR, f"refused with Bearer abcdef012345.{'x' * 43} and {settings.SECRET_KEY}")
    message = asked(capsys)[1]["logs"]["lines"][0]["message"]
    assert message == f"refused with Bearer {MASK} and {MASK}"


def test_a_person_reads_counts_first(camera_a, stranger, memory, capsys):
    with pytest.raises(DomainError):
        watch(stranger)
    with pytest.raises(SystemExit):
        call_command("recent_errors")
    text = capsys.readouterr().out
    assert "1 × camera_not_found: There is no such camera" in text
    assert "LOG_DIR is not set" in text


WITHOUT_DATABASE = [
    ["recent_errors"], ["trace_reservation", "--camera", "cam-a"], ["stream_status"], ["reconcile"],
    ["reconcile", "--dry-run"], ["reset_streams", "--all"], ["reset_streams", "--camera", "cam-a", "--dry-run"],
]  # fmt: skip


@pytest.mark.parametrize("words", WITHOUT_DATABASE)
def test_without_a_database_it_is_exit_code_3(words, monkeypatch, memory, db, capsys):
    def away(*_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", away)
    with pytest.raises(CommandError) as refused:
        call_command(*words)
    assert (refused.value.returncode, "connection refused" in str(refused.value)) == (3, True)
    with pytest.raises(CommandError):
        call_command(*words, "--json")
    assert json.loads(capsys.readouterr().out)["error"] == "database_away"


def test_a_log_that_goes_away_meanwhile_is_left_out(db, settings, tmp_path, capsys, monkeypatch):
    settings.LOG_DIR = str(tmp_path)
    log(tmp_path, logging.ERROR, "still here")
    gone = tmp_path / "pushers.log"
    monkeypatch.setattr(log_files, "files", lambda: [gone, tmp_path / "worker-media.log"])
    _, found = asked(capsys)
    assert [line["message"] for line in found["logs"]["lines"]] == ["still here"]


@pytest.mark.parametrize("camera_id", ["cam-x", ""])
def test_an_unknown_camera_is_exit_code_2(camera_id, db):
    with pytest.raises(CommandError) as refused:
        call_command("recent_errors", "--camera", camera_id)
    assert refused.value.returncode == 2
