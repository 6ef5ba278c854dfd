"""Eight processes reserve, release, renew and revoke while a ninth changes a limit; no limit is ever passed.

Three observers: a connection of its own that counts all the time, the log of requests replayed in its order, and the
peaks that admission itself kept. The replay misses nothing, whatever falls between two samples.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from quotas.models import SiteLimit, UsageMinute
from quotas.services import agency_limit_set
from streaming.lifecycle.invariants import row_breaches
from streaming.models import Reservation, StreamRequest
from streaming.tests.mixed_operators import TOGGLED
from tests.cast import make_agency, make_camera, make_site_admin, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
LIMITS = {"DUBAI_POLICE": 2, "METRO": 1, "PARKING": 1, TOGGLED: 3}  # of five cameras each
SYSTEM = 5
PROCESSES, OPERATIONS, PEOPLE = 8, 40, 6
BEGIN = "import django; django.setup(); from streaming.tests import mixed_operators as program; program."
PROGRAMS = [f"{BEGIN}operators({seed}, {OPERATIONS})" for seed in range(PROCESSES)] + [f"{BEGIN}office()"]
DEADLINE = 200  # seconds for everything that processes are waited for
REFUSALS = {"agency_limit_reached", "system_limit_reached", "expired", "revoked", "released", "busy"}
WATCHED = """
    SELECT agency.code, count(DISTINCT lease.camera_id), count(*) FILTER (
        WHERE stream.idle_at IS NOT NULL OR stream.state NOT IN ('STARTING', 'RETRYING', 'LIVE'))
    FROM streaming_reservation AS lease
    JOIN streaming_stream AS stream ON stream.id = lease.stream_id
    JOIN cameras_agency AS agency ON agency.id = stream.agency_id
    WHERE lease.state = 'ACTIVE' GROUP BY 1
"""
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


@pytest.fixture
def city(db):
    for code, limit in LIMITS.items():
        agency = make_agency(code)
        agency_limit_set(agency=agency, cameras=limit)
        for n in range(5):
            make_camera(f"{code.lower().replace('_', '-')}-{n}", agency)
    SiteLimit.objects.update_or_create(pk=1, defaults={"cameras": SYSTEM})
    make_site_admin()
    for process in range(PROCESSES):
        for n in range(PEOPLE):
            make_user(f"op-{process}-{n}", **dict.fromkeys(LIMITS, "operator"))


def test_database() -> str:
    return make_conninfo(os.environ["DATABASE_URL"], dbname=str(connection.settings_dict["NAME"]))


test_database.__test__ = False  # type: ignore[attr-defined]


@contextmanager
def workers() -> Iterator[list[subprocess.Popen[str]]]:
    """Without a broker, and without a drain, so that streams end as soon as a tick finds them unwatched."""
    settings = {"DATABASE_URL": test_database(), "BROKER_URL": "redis://127.0.0.1:1/0", "DRAIN_SECONDS": "0"}
    settings |= {"DATABASE_POOL_MIN": "1", "LOG_LEVEL": "ERROR", "LOCK_TIMEOUT_MS": "15000"}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            env=os.environ | settings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for program in PROGRAMS
    ]
    over = threading.Timer(DEADLINE, end, [started])
    over.start()
    try:
        yield started
    finally:
        over.cancel()
        end(started)
        for process in started:
            process.communicate()


def end(processes):
    for process in processes:
        process.kill()


def told(processes):
    """The next line of each; what a process died of instead."""
    lines = [process.stdout.readline() for process in processes]
    broken = [process.communicate()[1][-2000:] for process, line in zip(processes, lines, strict=True) if not line]
    assert not broken, broken[0]
    return [json.loads(line) for line in lines]


def go(processes):
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()


@contextmanager
def sampled() -> Iterator[Counter[str]]:
    """The most cameras of each agency, and in all, that a connection of its own has seen at once.

    "ending": viewers of streams that stop, or mean to, because nobody is supposed to watch them.
    """
    most: Counter[str] = Counter()
    over = threading.Event()

    def look() -> None:
        password = str(connection.settings_dict["PASSWORD"])
        with psycopg.connect(test_database(), password=password, autocommit=True) as own:
            while not over.wait(0.002):
                rows = own.execute(WATCHED).fetchall()
                seen = {code: cameras for code, cameras, _ in rows}
                for code, count in {**seen, "all": sum(seen.values())}.items():
                    most[code] = max(most[code], count)
                most["ending"] += sum(ending for _, _, ending in rows)
                most["samples"] += 1

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join(10)


def replayed(limits):
    """(agency, cameras watched, limit then) at each moment when a camera came to count, by the log of requests."""
    holders: dict[str, set[object]] = {}
    owner = dict(StreamRequest.objects.values_list("camera_ref", "agency_code").distinct())
    for row in StreamRequest.objects.exclude(action="refuse").order_by("at"):
        held = holders.setdefault(row.camera_ref, set())
        if row.action in {"reserve", "renew"}:
            if not held:
                own = [ref for ref, them in holders.items() if them and owner[ref] == row.agency_code]
                yield row.agency_code, len(own) + 1, limit_at(row.agency_code, row.at, limits)
            held.add(row.reservation)
        else:
            held.discard(row.reservation)


def limit_at(code, moment, limits):
    before = [cameras for at, cameras in limits if at <= moment]
    return before[-1] if code == TOGGLED and before else LIMITS[code]


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute(DEADLOCKS)
        return int(cursor.fetchone()[0])


def mixed():
    """(outcomes, limits set, what was seen, breaches when all rested)."""
    with workers() as (*operators, office), sampled() as seen:
        told([*operators, office])
        go([*operators, office])
        outcomes = sum((Counter(report["told"]) for report in told(operators)), Counter())
        go([office])
        (report,) = told([office])
        breaches = row_breaches()
        go(operators)
        told(operators)
    limits = [(datetime.fromisoformat(at), cameras) for at, cameras in report["limits"]]
    return outcomes, limits, seen, breaches


def test_no_mix_of_operations_from_eight_processes_passes_a_limit(city):
    before = deadlocks()
    outcomes, limits, seen, breaches = mixed()
    assert {outcome.partition(":")[2] for outcome in outcomes} - {""} <= REFUSALS
    assert outcomes["reserve:agency_limit_reached"] > 0
    assert seen["samples"] > 20
    assert seen["ending"] == 0
    assert not [code for code, limit in {**LIMITS, "all": SYSTEM}.items() if seen[code] > limit]
    assert not [(code, used, limit) for code, used, limit in replayed(limits) if used > limit]
    assert not [row for row in UsageMinute.objects.select_related("agency") if row.peak > LIMITS[row.agency.code]]
    assert breaches == []
    assert not Reservation.objects.filter(state="ACTIVE").exists()
    assert deadlocks() == before
