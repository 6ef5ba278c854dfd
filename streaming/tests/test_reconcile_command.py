"""manage.py reconcile: one pass by hand, and what its exit codes say."""

from __future__ import annotations

import io
import json
from dataclasses import fields
from typing import Any, NoReturn

import pytest
from django.core.management import call_command

from streaming.diagnosis.reconciliation import OF_STREAMS
from streaming.media import names
from streaming.media.ports import MediaError, PusherStatus
from streaming.models import Stream
from streaming.reconcile import Plan
from streaming.services.releasing import release
from streaming.states import Quality
from streaming.tests.memory_plane import MemoryGateway, MemorySfu
from streaming.tests.steps import state, watch
from tests.cast import make_camera

pytestmark = pytest.mark.django_db(transaction=True)


def run(*words: str) -> tuple[int, str]:
    """Exit code and output."""
    told = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("reconcile", *words, stdout=told)
    return int(str(ended.value.code or 0)), told.getvalue()


@pytest.fixture
def stray(memory: Any) -> None:
    memory.pushers["cam-a"] = PusherStatus(names.pusher("cam-a"), "cam-a", 7, running=True)


def test_where_all_agrees_there_is_nothing_to_do(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    assert run() == (0, "nothing to do\n")


@pytest.mark.usefixtures("stray")
def test_what_is_within_its_grace_is_found_and_not_yet_done(camera_a, memory):
    assert run() == (1, "not yet  remove     cam-a pusher g7\n")
    assert "cam-a" in memory.pushers


@pytest.mark.usefixtures("stray")
def test_what_has_no_row_is_removed_after_its_grace(camera_a, memory, later):
    run()
    later(11)
    assert run() == (1, "done     remove     cam-a pusher g7\n")
    assert run()[0] == 0


@pytest.mark.usefixtures("stray")
def test_a_dry_run_does_nothing(camera_a, memory, later):
    for _ in range(3):
        assert run("--dry-run") == (1, "to do    remove     cam-a pusher g7\n")
        later(11)
    assert "cam-a" in memory.pushers


def test_a_stranger_in_a_room_is_ejected_and_named(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    memory.viewers["cam-a"] = {"viewer_stranger"}
    assert run() == (1, "done     eject      cam-a viewer_stranger\n")
    assert memory.viewers["cam-a"] == set()


def test_a_lost_room_restarts_the_stream(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    memory.rooms.clear()
    code, text = run()
    assert (code, state()) == (1, "RETRYING")
    assert "done     check      cam-a stream g1: look for its publisher, which is not in the room\n" in text


def test_a_stream_that_drains_already_is_nothing_to_do(camera_a, operator_a, memory, work):
    lease = watch(operator_a)
    work()
    release(caller=operator_a, reservation_id=lease.pk)
    assert (run()[0], state()) == (0, "DRAINING")


def test_every_action_of_the_plan_is_told():
    assert {field.name for field in fields(Plan)} == {"remove", "eject", "kick", *OF_STREAMS}


def test_other_layers_than_are_wanted_are_found_and_mended(agency_a, operator_a, memory, work):
    make_camera("cam-b", agency_a, sub_url="rtsp://127.0.0.1:8554/sub")
    watch(operator_a, "cam-b", quality=Quality.LOW)
    work()
    Stream.objects.update(layers="high")  # what it was told was lost
    code, text = run()
    assert (code, "done     feed       cam-b stream g1" in text) == (1, True)


def test_the_pass_runs_though_nothing_was_found(camera_a, memory, monkeypatch):
    """What came since is dealt with, and what is only swept."""
    passes: list[int] = []
    monkeypatch.setattr("streaming.diagnosis.reconciliation.reconcile", lambda: passes.append(1))
    assert (run()[0], passes) == (0, [1])
    assert (run("--dry-run")[0], passes) == (0, [1])


def test_hls_sessions_that_cannot_be_listed_are_named(camera_a, memory, monkeypatch):
    def unreachable(self: object) -> NoReturn:
        raise MediaError("gateway_unreachable")

    monkeypatch.setattr(MemoryGateway, "hls_sessions", unreachable)
    code, text = run("--json")
    assert (code, json.loads(text)["failed_listings"]) == (3, ["hls"])


@pytest.mark.usefixtures("stray")
def test_a_listing_that_failed_is_named_in_the_json(camera_a, memory, monkeypatch):
    def unreachable(self: object) -> NoReturn:
        raise MediaError("sfu_unreachable")

    monkeypatch.setattr(MemorySfu, "list_rooms", unreachable)
    code, text = run("--json")
    found = json.loads(text)
    assert (code, found["failed_listings"], found["dry_run"]) == (3, ["room"], False)
    assert found["found"] == [
        {"action": "remove", "camera_id": "cam-a", "what": "pusher", "generation": 7, "done": False}
    ]
