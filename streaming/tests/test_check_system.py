"""`check_system`: what is there and right, and the main job tried on one camera."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.models import F

from accounts.models import ApiKey, ServiceAccount
from cctv import clock
from streaming.diagnosis import beat, checks, configuration, dependencies, invariant_checks, machine, port_checks
from streaming.diagnosis.smoke import ACCOUNT, smoke
from streaming.diagnosis.verdicts import Check, run
from streaming.media import names
from streaming.media.ports import MediaError, PusherStatus
from streaming.models import Pass, Reservation
from streaming.services.renewing import heartbeat
from streaming.tests.steps import lease_state, state, watch

pytestmark = pytest.mark.django_db(transaction=True)


def levels(verdicts) -> dict[str, str]:
    return {verdict.name: verdict.level for verdict in verdicts}


def came_through(seconds_ago: float = 0) -> None:
    at = clock.now() - timedelta(seconds=seconds_ago)
    Pass.objects.bulk_create(Pass(name=name, began_at=at, ended_at=at, seconds=0.01) for name in beat.limits())


@pytest.fixture
def tried(work, later):
    """`tried(camera_id)`: all verdicts, with a worker and a beat at work whenever the try waits."""

    def pause(seconds: float) -> None:
        later(max(seconds, 1))
        work()

    return lambda camera_id: list(smoke(camera_id, pause=pause))


def test_what_is_there_is_ok(db):
    there = [*dependencies.database(), *dependencies.migrations(), *dependencies.broker()]
    there += [*dependencies.channel_layer(), *dependencies.cached(), *machine.clock_skew(), *configuration.keys()]
    assert {verdict.level for verdict in there} == {"ok"}


def test_a_redis_that_is_away_fails_and_says_what_suffers(settings):
    settings.BROKER_URL = "redis://127.0.0.1:9/0"
    (verdict,) = dependencies.broker()
    assert (verdict.level, verdict.seen) == ("FAIL", "ConnectionError: no worker hears of anything")


def test_a_queue_that_nobody_takes_from_fails(db):
    assert levels(dependencies.workers(0.5)) == {"worker tick": "FAIL", "worker media": "FAIL", "worker aux": "FAIL"}


def test_passes_of_the_beat_are_judged_by_their_age(db, later):
    assert set(levels(beat.passes()).values()) == {"FAIL", "warn"}  # never yet
    came_through()
    assert set(levels(beat.passes()).values()) == {"ok"}
    later(6)
    assert levels(beat.passes())["beat overdue"] == "FAIL"
    assert levels(beat.passes())["beat reconcile"] == "ok"


def test_each_port_is_asked_and_named_where_it_fails(memory, db):
    memory.fail["list"] = MediaError("runner_unreachable")
    (verdict,) = port_checks.runner()
    assert (verdict.level, verdict.seen.partition(":")[0]) == ("FAIL", "runner_unreachable")
    assert {verdict.level for verdict in [*port_checks.sfu(), *port_checks.gateway()]} == {"ok"}


def test_a_clock_that_differs_warns_and_then_fails(db, later):
    later(5)
    assert levels(machine.clock_skew()) == {"clock": "warn"}
    later(60)
    assert levels(machine.clock_skew()) == {"clock": "FAIL"}


def test_a_missing_folder_fails(settings, tmp_path):
    settings.HLS_DIR, settings.LOG_DIR = str(tmp_path), str(tmp_path / "nowhere")
    assert levels(machine.disks())["disk LOG_DIR"] == "FAIL"
    assert levels(machine.disks())["disk HLS_DIR"] in {"ok", "warn"}


def test_a_key_that_opens_nothing_fails_and_names_the_cameras(camera_a, settings):
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    (verdict,) = configuration.keys()
    assert (verdict.level, verdict.seen) == ("FAIL", "does not open 1 of 1 cameras: cam-a")


def test_a_wrong_setting_is_told(settings):
    settings.HEARTBEAT_INTERVAL = 50
    assert [v.seen.partition(":")[0] for v in configuration.system_checks() if v.level == "FAIL"] == ["cctv.E002"]


def test_a_pusher_without_a_row_is_a_breach(camera_a, memory, settings):
    settings.ORPHAN_GRACE_SECONDS = settings.RECONCILE_SECONDS = 0
    memory.pushers["cam-a"] = PusherStatus(names.pusher("cam-a"), "cam-a", 1, running=True)
    (verdict,) = invariant_checks.lasting()
    assert verdict.level == "FAIL"
    assert "thing_without_row" in verdict.seen
    assert "reset_streams --camera cam-a" in verdict.mend


@pytest.mark.parametrize(("call", "kind"), [("list", "pusher"), ("list_rooms", "room"), ("hls_sessions", "hls")])
def test_what_cannot_be_listed_is_not_said_to_agree(camera_a, memory, settings, call, kind):
    memory.fail[call] = MediaError("unreachable")
    (verdict,) = invariant_checks.lasting()
    assert (verdict.level, verdict.seen) == ("warn", f"could not be listed, so nobody knows: {kind}")


def test_a_check_that_breaks_keeps_no_other_from_being_asked():
    broken = Check("broken", lambda: 1 // 0)  # type: ignore[arg-type, return-value]
    needy = Check("needy", dependencies.broker, needs=frozenset({"broken"}))
    found = levels(run([broken, needy, Check("broker", dependencies.broker)]))
    assert found == {"broken": "FAIL", "needy": "warn", "broker": "ok"}


def test_a_camera_is_watched_twice_by_one_pusher_and_left_clean(camera_a, memory, tried):
    found = tried("cam-a")
    assert [(v.name, v.level) for v in found] == [
        ("try: reserve", "ok"), ("try: live", "ok"), ("try: one pusher", "ok"), ("try: one ingest", "ok"),
        ("try: two leases", "ok"), ("try: release", "ok"), ("try: gone", "ok"),
    ]  # fmt: skip
    assert memory.starts == [("cam-a", 1)]
    assert memory.empty()


def test_its_leases_are_its_own_and_nobody_can_log_in_as_it(camera_a, memory, tried):
    tried("cam-a")
    account = ServiceAccount.objects.get(name=ACCOUNT)
    assert not ApiKey.objects.filter(account=account).exists()
    assert Reservation.objects.filter(account=account, state="RELEASED").values("on_behalf_of").distinct().count() == 2


def test_a_camera_that_others_watch_stays_theirs(camera_a, operator_a, memory, work, tried):
    lease = watch(operator_a)
    work()
    found = tried("cam-a")
    assert {v.level for v in found} == {"ok"}
    assert "1 others watch cam-a" in found[-1].seen
    heartbeat(caller=operator_a, reservation_id=lease.pk, report={})
    assert (lease_state(lease), state()) == ("ACTIVE", "LIVE")


def test_a_camera_that_does_not_start_fails_and_both_leases_are_released(camera_a, memory, tried):
    memory.fail["ensure_path"] = MediaError("source_unauthorised", permanent=True)
    last = tried("cam-a")[-1]
    assert (last.name, last.level) == ("try: live", "FAIL")
    assert "source_unauthorised" in last.seen
    assert not Reservation.objects.filter(state="ACTIVE").exists()


def test_a_start_that_takes_too_long_fails_and_is_kept_alive_meanwhile(camera_a, memory, sent, later):
    last = list(smoke("cam-a", pause=lambda _: later(10)))[-1]
    assert (last.name, last.level) == ("try: live", "FAIL")
    assert last.seen == "STARTING after 30 s: started: The camera is being started."
    assert Reservation.objects.filter(state="RELEASED", last_seen_at__gt=F("created_at")).count() == 2


def test_a_start_that_fails_again_and_again_says_why(camera_a, memory, work, later):
    def pause(_: float) -> None:
        memory.fail["start"] = MediaError("runner_unreachable")
        work()
        later(3)

    last = list(smoke("cam-a", pause=pause))[-1]
    assert (last.level, "after 30 s: runner_unreachable: The pusher's runner" in last.seen) == ("FAIL", True)


def test_an_agency_at_its_limit_is_a_warning_not_a_fault(camera_a, memory, tried, settings):
    settings.SYSTEM_CAMERA_LIMIT = 0
    (verdict,) = tried("cam-a")
    assert (verdict.level, "system_limit_reached" in verdict.seen) == ("warn", True)


def test_a_second_ingest_is_seen(camera_a, memory, tried):
    memory.before["list_ingests"] = lambda: memory.ingests.update({("cam-a", 9): next(iter(memory.ingests.values()))})
    assert levels(tried("cam-a"))["try: one ingest"] == "FAIL"


def test_a_try_without_a_database_is_a_verdict(camera_a, monkeypatch):
    def away(*_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", away)
    (verdict,) = smoke("cam-a")
    assert (verdict.level, verdict.seen) == ("FAIL", "PostgreSQL: connection refused")


def test_ctrl_c_releases_both_leases(camera_a, memory, sent):
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(smoke("cam-a", pause=interrupt))
    assert set(Reservation.objects.values_list("state", flat=True)) == {"RELEASED"}


def test_exit_code_1_names_what_failed_in_json(memory, db, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("check_system", "--fast", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (ended.value.code, told["ok"]) == (1, False)
    failed = {each["name"] for each in told["checks"] if each["level"] == "FAIL"}
    assert failed >= {"worker tick", "beat overdue"}
    assert all(each["mend"] for each in told["checks"] if each["level"] == "FAIL")


def test_exit_code_0_though_something_warns(memory, monkeypatch, later, db, capsys):
    later(5)
    monkeypatch.setattr(checks, "_checks", lambda fast: [Check("clock", machine.clock_skew)])
    call_command("check_system")
    assert "0 failed, 1 warned" in capsys.readouterr().out


@pytest.mark.parametrize("camera_id", ["cam-x", ""])
def test_an_unknown_camera_is_exit_code_2(camera_id, camera_a, memory):
    with pytest.raises(CommandError) as refused:
        call_command("check_system", "--fast", "--json", "--camera", camera_id)
    assert refused.value.returncode == 2
