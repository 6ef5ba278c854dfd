"""stream_status: the table, the JSON, and what its exit codes say."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any, NoReturn

import pytest
from django.core.management import CommandError, call_command

from cctv import clock
from streaming.diagnosis import status as status_module
from streaming.diagnosis.output import COLUMNS, lines
from streaming.diagnosis.status import Looker
from streaming.diagnosis.usage import rate
from streaming.media import names
from streaming.media.ports import MediaError, PusherStatus, PusherUsage
from streaming.models import Reservation
from streaming.tests.memory_plane import Memory, MemoryRunner, MemorySfu
from streaming.tests.steps import watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_module, "FIRST_SPAN", 0.01)


def run(*words: str) -> tuple[int, str]:
    """Exit code and output."""
    told = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("stream_status", *words, stdout=told)
    return int(str(ended.value.code or 0)), told.getvalue()


def told(*words: str) -> Any:
    return json.loads(run("--json", *words)[1])


def joined(lease: Reservation, memory: Memory) -> None:
    memory.viewers.setdefault("cam-a", set()).add(names.viewer(str(lease.pk)))
    Reservation.objects.filter(pk=lease.pk).update(joined_at=clock.now())


def test_a_live_stream_that_agrees_is_exit_code_0(camera_a, operator_a, memory, work):
    joined(watch(operator_a), memory)
    work()
    code, text = run()
    (row,) = [line for line in text.splitlines() if line.startswith("cam-a")]
    assert code == 0
    assert row.split() == ["cam-a", "LIVE", "0s", "1", "live", "1/1/0/0", "g1", "runs", "g1", "g1+1", "yes", *"----"]


def test_the_json_has_every_fact_of_a_camera(camera_a, operator_a, memory, work):
    joined(watch(operator_a), memory)
    work()
    found = told()
    (camera,) = found["cameras"]
    assert (found["orphans"], found["failed_listings"]) == ([], [])
    assert camera["leases"] == {"active": 1, "joined": 1, "paused": 0, "stalled": 0}
    assert camera["room"] == {"present": True, "participants": 1, "publishing": 1}
    assert (camera["ingests"], camera["path"], camera["problems"]) == ([1], True, [])
    assert (camera["life"]["state"], camera["life"]["generation"], camera["life"]["code"]) == ("LIVE", 1, "live")
    assert (camera["pusher"]["running"], camera["pusher"]["exit_code"]) == (True, None)


def test_paused_and_stalled_viewers_are_counted(camera_a, operator_a, memory, work):
    leases = [watch(operator_a) for _ in range(3)]
    work()
    now = clock.now()
    Reservation.objects.filter(pk=leases[0].pk).update(paused_since=now, frames_at=now)
    Reservation.objects.filter(pk=leases[1].pk).update(frames_at=now, last_seen_at=now + timedelta(seconds=11))
    assert told()["cameras"][0]["leases"] == {"active": 3, "joined": 0, "paused": 1, "stalled": 1}


def test_a_pusher_that_ended_shows_its_exit_code_and_is_exit_code_1(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    memory.exit("cam-a", 22)
    code, text = run()
    assert code == 1
    assert "g1 exit 22" in text
    assert "! not_publishing: A LIVE stream is published in its room by its generation." in text


def test_a_pusher_that_its_runner_finds_unhealthy_is_shown_so(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    memory.pushers["cam-a"] = replace(memory.pushers["cam-a"], reason="unhealthy")
    assert "g1 sick" in run()[1]


def test_what_is_there_without_a_row_is_shown(camera_a, memory):
    memory.pushers["cam-a"] = PusherStatus(names.pusher("cam-a"), "cam-a", 7, running=True)
    memory.rooms.add("cam-b")
    code, text = run()
    assert code == 1
    assert "without a row:\n  pusher cam-a g7\n  room cam-b\n" in text


def test_a_participant_without_a_lease_is_shown(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    memory.viewers["cam-a"] = {"viewer_stranger"}
    assert "viewer_stranger in the room of cam-a" in run()[1]


def test_what_is_only_just_under_way_is_no_difference(camera_a, memory):
    memory.rooms.add("cam-a")
    looker = Looker()
    looker._look()
    memory.rooms.clear()
    memory.rooms.add("cam-c")
    assert looker.look().exit_code == 0
    assert looker.look().exit_code == 1


def unreachable(self: object) -> NoReturn:
    raise MediaError("runner_unreachable")


def test_a_runner_that_cannot_be_asked_is_said_and_not_shown_as_absence(
    camera_a, operator_a, memory, work, monkeypatch
):
    watch(operator_a)
    work()
    monkeypatch.setattr(MemoryRunner, "list", unreachable)
    monkeypatch.setattr(MemoryRunner, "usage", unreachable)
    code, text = run()
    assert code == 3
    assert "could not be asked (shown as ?): usage, pusher" in text
    (row,) = [line for line in text.splitlines() if line.startswith("cam-a")]
    assert row.split()[6:] == ["?", "g1", "g1+0", "yes", *"????"]


def test_rooms_that_cannot_be_listed_are_unknown(camera_a, operator_a, memory, work, monkeypatch):
    watch(operator_a)
    work()
    monkeypatch.setattr(MemorySfu, "list_rooms", unreachable)
    found = told()
    assert (found["cameras"][0]["room"], found["failed_listings"]) == (None, ["room"])


def test_a_camera_nobody_uses_is_shown_when_it_is_asked_for(camera_a, memory):
    code, text = run("--camera", "cam-a")
    (row,) = [line for line in text.splitlines() if line.startswith("cam-a")]
    assert (code, row.split()[1:5]) == (0, ["-", "-", "-", "-"])


def test_another_camera_s_trouble_is_not_this_one_s(camera_a, camera_b, memory):
    memory.rooms.add("cam-b")
    assert run("--camera", "cam-a")[0] == 0
    assert run("--camera", "cam-b")[0] == 1


def test_a_watch_tells_one_line_of_json_each_time_until_ctrl_c(camera_a, memory, monkeypatch):
    pauses = []

    def until_the_third(seconds: float) -> None:
        pauses.append(seconds)
        if pauses.count(7.0) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", until_the_third)
    written = io.StringIO()
    call_command("stream_status", "--watch", "7", "--json", stdout=written)  # comes back: exit code 0
    assert [json.loads(line)["cameras"] for line in written.getvalue().split("\n") if line] == [[], [], []]


def test_a_watch_of_no_or_endless_pause_is_a_usage_error(db):
    for words in ("0", "never", "99999"):
        with pytest.raises(CommandError, match="--watch"):
            call_command("stream_status", "--watch", words)


@pytest.mark.parametrize("camera_id", ["cam-x", ""])
def test_an_unknown_camera_is_a_usage_error(camera_id, camera_a, memory):
    with pytest.raises(CommandError) as refused:
        call_command("stream_status", "--camera", camera_id)
    assert refused.value.returncode == 2


def test_a_pusher_that_takes_more_than_half_a_core_is_flagged(camera_a, operator_a, memory, work, monkeypatch):
    watch(operator_a)
    work()
    seconds = iter([10.0, 10.9])  # in one hundredth of a second
    monkeypatch.setattr(MemoryRunner, "usage", lambda self: {"cam-a": PusherUsage(next(seconds), 31_457_280)})
    code, text = run()
    assert code == 1
    assert "! cpu_high: The pusher needs more than 50 % of a core." in text


def test_rates_are_of_what_grew_between_two_looks():
    before, after = PusherUsage(1.0, 5, 1_000_000, None), PusherUsage(1.5, 31_457_280, 1_250_000, None)
    assert (found := rate(before, after, 2.0)).cpu_percent == 25.0
    assert (found.memory_mb, found.received_kbps, found.sent_kbps) == (30.0, 1000.0, None)
    assert rate(after, before, 2.0).cpu_percent is None


@pytest.mark.usefixtures("camera_a")
def test_the_widest_row_fits_into_160_columns(operator_a, memory, work):
    watch(operator_a)
    work()
    status = Looker().look()
    (camera,) = status.cameras
    assert camera.life is not None
    life = replace(camera.life, code="runner_network_absent" * 2, generation=99_999)
    wide = replace(status, cameras=[replace(camera, camera_id="c" * 48, life=life, ingests=tuple(range(90)))])
    assert max(len(line) for line in lines(wide)) <= 160
    assert 48 + sum(abs(width) + 1 for width in COLUMNS.values()) <= 160
