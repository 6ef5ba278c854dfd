"""reset_streams: back to nothing, verified, whatever state the camera and its workers are in."""

from __future__ import annotations

import io
import json
import time
from typing import Any, NoReturn

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cctv import clock
from cctv.errors import DomainError
from quotas import locks
from streaming.diagnosis import removal, reset, reset_rows
from streaming.lifecycle.work import LeaseLost, seize, work_lease
from streaming.media import names
from streaming.media.ports import MediaError, PusherStatus
from streaming.models import CameraWork, FirstSeen, Reservation, Stream, StreamEvent, StreamRequest
from streaming.tests.memory_plane import MemorySfu
from streaming.tests.steps import lease_state, state, the_stream, watch
from tests.cast import make_camera, make_site_admin

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(reset, "SECONDS", 1.5)
    monkeypatch.setattr(reset.reset, "__kwdefaults__", {"seconds": 1.5})
    monkeypatch.setattr(removal, "WAIT", 0.1)
    settings.MEDIA_CALL_TIMEOUT = 0.3


def run(*words: str) -> tuple[int, Any]:
    """Exit code and the JSON."""
    told = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("reset_streams", "--json", *words, stdout=told)
    return int(str(ended.value.code or 0)), json.loads(told.getvalue())


def stray(camera_id: str, generation: int) -> PusherStatus:
    return PusherStatus(names.pusher(camera_id), camera_id, generation, running=True)


def unreachable(self: object) -> NoReturn:
    raise MediaError("sfu_unreachable")


def test_a_live_stream_is_ended_and_verified_gone(camera_a, operator_a, memory, work):
    lease = watch(operator_a)
    work()
    code, report = run("--camera", "cam-a")
    row = Reservation.objects.get(pk=lease.pk)
    assert (code, report["verified"]) == (0, True)
    assert (row.state, row.code) == ("REVOKED", "reset")
    assert (state(), the_stream().code, memory.empty()) == ("STOPPED", "reset", True)
    assert report["cameras"] == [{"camera_id": "cam-a", "leases": 1, "generations": [1]}]
    assert [thing["kind"] for thing in report["removed"]] == ["ingest", "path", "pusher", "room"]


def test_all_history_stays(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    before = StreamEvent.objects.count()
    run("--all")
    events = list(StreamEvent.objects.order_by("pk").values_list("old", "new", "actor"))
    assert events[before:] == [("LIVE", "STOPPING", "operator"), ("STOPPING", "STOPPED", "worker")]
    asked = list(StreamRequest.objects.order_by("pk").values_list("action", flat=True))
    assert (Stream.objects.count(), Reservation.objects.count(), asked[0]) == (1, 1, "reserve")


def test_a_second_reset_finds_nothing(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    run("--all")
    code, report = run("--all")
    assert (code, report["cameras"], report["removed"]) == (0, [], [])


def test_all_takes_what_is_outside_without_a_row_and_forgets_when_it_was_seen(camera_a, memory):
    memory.pushers["cam-x"] = stray("cam-x", 3)
    memory.rooms.add("cam-a")
    FirstSeen.objects.create(kind="pusher", name="cam-x#3", at=clock.now())
    code, report = run("--all")
    assert (code, memory.empty(), FirstSeen.objects.count()) == (0, True, 0)
    assert [(t["kind"], t["camera_id"]) for t in report["removed"]] == [("room", "cam-a"), ("pusher", "cam-x")]


def test_the_next_life_goes_on_above_every_generation_that_was_outside(camera_a, operator_a, memory, work):
    """A newer one than our own is there after the database went back to a backup."""
    memory.pushers["cam-a"] = stray("cam-a", 40)
    assert run("--camera", "cam-a")[0] == 0
    watch(operator_a)
    work()
    assert (state(), the_stream().generation) == ("LIVE", 41)


def test_one_camera_s_reset_leaves_the_others_alone(camera_a, camera_b, operator_a, operator_b, memory, work):
    watch(operator_a)
    other = watch(operator_b, "cam-b")
    work()
    FirstSeen.objects.create(kind="pusher", name="cam-z#3", at=clock.now())
    assert run("--camera", "cam-a")[0] == 0
    assert (lease_state(other), state("cam-b"), set(memory.pushers), memory.rooms) == (
        "ACTIVE", "LIVE", {"cam-b"}, {"cam-b"},
    )  # fmt: skip
    assert FirstSeen.objects.count() == 1


def test_it_works_while_a_stuck_worker_holds_the_camera_and_that_one_acts_no_more(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    with work_lease(camera_a.pk) as stuck:
        assert run("--camera", "cam-a")[0] == 0
        with pytest.raises(LeaseLost):
            stuck.check()
    assert (state(), memory.empty()) == ("STOPPED", True)


def test_what_a_stuck_worker_s_last_call_still_makes_is_removed_too(camera_a, operator_a, memory, work, monkeypatch):
    """The call that was under way when it lost the camera ends after the first round of the reset."""
    watch(operator_a)
    work()
    rounds: list[bool] = []

    def clear(camera_id: str, things: Any, *, force: bool) -> bool:
        evicted = removal.clear(camera_id, things, force=force)
        if not rounds:
            memory.pushers["cam-a"] = stray("cam-a", 1)
        rounds.append(evicted)
        return evicted

    monkeypatch.setattr(reset, "clear", clear)
    with work_lease(camera_a.pk):
        code, _ = run("--camera", "cam-a")
    assert (code, rounds[0], memory.empty()) == (0, True, True)


def test_with_a_dead_media_server_the_rows_end_and_what_is_not_verified_is_named(
    camera_a, operator_a, memory, work, later, monkeypatch
):
    lease = watch(operator_a)
    work()
    with monkeypatch.context() as dead:
        dead.setattr(MemorySfu, "list_rooms", unreachable)
        code, report = run("--camera", "cam-a")
    assert (code, report["unlisted"], report["stopping"]) == (1, ["room"], ["cam-a"])
    assert (lease_state(lease), state(), memory.pushers) == ("REVOKED", "STOPPING", {})
    later(5)
    work()  # the beat goes on with it
    assert (state(), memory.empty()) == ("STOPPED", True)


def test_what_cannot_be_removed_is_named(camera_a, operator_a, memory, work, monkeypatch):
    watch(operator_a)
    work()
    monkeypatch.setattr(MemorySfu, "delete_room", lambda self, camera_id: unreachable(self))
    code, report = run("--camera", "cam-a")
    assert (code, report["left"]) == (1, [{"kind": "room", "camera_id": "cam-a", "generation": None}])
    assert state() == "STOPPING"


def test_a_life_that_begins_meanwhile_is_left_alone(camera_a, operator_a, operator_b, memory, work, monkeypatch):
    watch(operator_a)
    work()
    end_rows = reset_rows.end_rows

    def and_somebody_comes(camera: Any, **more: Any) -> Any:
        ended = end_rows(camera, **more)
        watch(operator_a)
        return ended

    monkeypatch.setattr(reset, "end_rows", and_somebody_comes)
    code, report = run("--camera", "cam-a")
    work()
    assert (code, [thing["kind"] for thing in report["removed"]]) == (0, ["ingest", "pusher"])
    assert (state(), the_stream().generation, memory.pushers["cam-a"].generation) == ("LIVE", 2, 2)


def test_a_lease_on_a_stream_that_is_not_open_is_ended_too(camera_a, operator_a, memory, work):
    lease = watch(operator_a)
    work()
    Stream.objects.update(state="STOPPED")  # as a fault of ours might
    run("--camera", "cam-a")
    assert (lease_state(lease), memory.empty()) == ("REVOKED", True)


def test_a_dry_run_says_what_would_go_and_changes_nothing(camera_a, operator_a, memory, work):
    lease = watch(operator_a)
    work()
    code, report = run("--all", "--dry-run")
    assert (code, report["dry_run"], len(report["removed"])) == (0, True, 4)
    assert report["cameras"] == [{"camera_id": "cam-a", "leases": 1, "generations": [1]}]
    assert (lease_state(lease), state(), len(memory.pushers)) == ("ACTIVE", "LIVE", 1)


@pytest.mark.parametrize("words", [(), ("--camera", "cam-x"), ("--all", "--camera", "cam-a")])
def test_a_command_that_names_nothing_or_too_much_is_a_usage_error(db, words):
    with pytest.raises(CommandError) as refused:
        call_command("reset_streams", *words)
    assert words[:1] != ("--camera",) or refused.value.returncode == 2


def test_an_empty_name_is_no_camera_and_never_all_of_them(camera_a, operator_a, memory, work):
    """As of a script whose variable is empty: the whole city must not go dark."""
    lease = watch(operator_a)
    work()
    for words in (["--camera", ""], ["--camera="], ["--camera", "", "--dry-run"]):
        with pytest.raises(CommandError) as refused:
            call_command("reset_streams", *words)
        assert refused.value.returncode == 2
    assert reset_rows.in_use("") == []
    assert (lease_state(lease), state(), memory.empty()) == ("ACTIVE", "LIVE", False)


def test_a_seized_lease_is_worth_the_same_as_any(camera_a, memory):
    with work_lease(camera_a.pk):
        lease = seize(camera_a.pk)
        lease.check()
        assert lease.evicted
        with pytest.raises(LeaseLost), work_lease(camera_a.pk):
            pass
        lease.release()
    assert CameraWork.objects.get().token is None
    assert not seize(camera_a.pk).evicted


def by_admin(who: User, *streams: Stream) -> str:
    client = Client()
    client.force_login(who)
    chosen = {"action": "reset", "_selected_action": [stream.pk for stream in streams]}
    return client.post(reverse("admin:streaming_stream_changelist"), chosen, follow=True).content.decode()


def test_the_admin_s_reset_ends_the_rows_at_once_and_leaves_the_media_to_the_tear_down(
    camera_a, operator_a, memory, work, sent
):
    lease = watch(operator_a)
    work()
    with work_lease(camera_a.pk):  # a worker that is stuck
        answer = by_admin(make_site_admin(), the_stream())
        assert "1 stream reset." in answer
        assert (lease_state(lease), state(), len(memory.pushers)) == ("REVOKED", "STOPPING", 1)
        assert sent == [("tear_down", (the_stream().pk,))]
        work()
    assert (state(), the_stream().code, memory.empty()) == ("STOPPED", "reset", True)


def test_the_reset_of_a_life_that_has_ended_leaves_the_one_of_now_alone(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    first = the_stream()
    run("--camera", "cam-a")
    lease = watch(operator_a)
    work()
    assert "0 streams reset." in by_admin(make_site_admin(), first)
    assert (lease_state(lease), state()) == ("ACTIVE", "LIVE")


def test_a_camera_that_is_locked_keeps_no_other_from_its_reset(
    camera_a, camera_b, operator_a, operator_b, memory, work, monkeypatch
):
    watch(operator_a)
    watch(operator_b, "cam-b")
    work()
    locked = camera_a.pk

    def lock_camera(pk: int, **how: Any) -> Any:
        if pk == locked:
            raise DomainError("busy", 503, retry_after=1)
        return locks.lock_camera(pk, **how)

    monkeypatch.setattr(reset_rows, "lock_camera", lock_camera)
    answer = by_admin(make_site_admin(), the_stream("cam-a"), the_stream("cam-b"))
    assert ("1 stream reset." in answer, "1 is busy: please try again." in answer) == (True, True)
    assert (state("cam-a"), state("cam-b")) == ("LIVE", "STOPPING")


def test_a_reset_of_many_has_longer_than_one_of_one(agency_a, operator_a, memory, work, settings, monkeypatch):
    """Eight at once, and each may take as long as a call may."""
    settings.MEDIA_CALL_TIMEOUT, deadlines = 4.0, []
    for number in range(4):
        watch(operator_a, make_camera(f"cam-{number}", agency_a).camera_id)
    work()
    remove_all = reset._remove_all

    def seen(only: Any, cameras: Any, report: Any, deadline: float) -> None:
        deadlines.append(round(deadline - time.monotonic(), 1))
        remove_all(only, cameras, report, deadline)

    monkeypatch.setattr(reset, "_remove_all", seen)
    assert run("--all")[0] == 0
    assert 3.0 <= deadlines[0] <= 3.5


def test_a_reset_frees_the_camera_only_once_its_rows_have_ended(camera_a, operator_a, memory, work, sent):
    watch(operator_a)
    work()
    with work_lease(camera_a.pk) as stuck:
        with transaction.atomic():
            assert reset_rows.reset_soon(by=make_site_admin(), stream=the_stream())
            stuck.check()
            assert sent == []
        with pytest.raises(LeaseLost):
            stuck.check()
    assert sent == [("tear_down", (the_stream().pk,))]


def test_staff_reset_only_what_their_agency_owns(
    camera_a, camera_b, operator_a, operator_b, agency_admin, memory, work
):
    watch(operator_a)
    other = watch(operator_b, "cam-b")
    work()
    User.objects.filter(pk=agency_admin.pk).update(is_staff=True)
    by_admin(User.objects.get(pk=agency_admin.pk), the_stream("cam-a"), the_stream("cam-b"))
    assert (state("cam-a"), state("cam-b"), lease_state(other)) == ("STOPPING", "LIVE", "ACTIVE")
