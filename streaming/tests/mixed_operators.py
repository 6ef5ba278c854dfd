"""Programs of processes, to be run after django.setup(): `operators` watch, the `office` changes a limit.

Each waits for a line on its standard input before it begins and for another before it ends, and prints a line of JSON
before it waits and at its end.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from select import select
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from cameras.models import Agency, Camera
from cctv import clock
from cctv.errors import DomainError
from quotas.models import AgencyLimit
from quotas.services import agency_limit_set
from streaming.lifecycle.overdue import overdue
from streaming.models import Reservation
from streaming.services.releasing import release, revoke
from streaming.services.renewing import heartbeat
from streaming.tests.steps import watch

WEIGHTS = {"reserve": 10, "release": 11, "renew": 3, "revoke": 1, "tick": 2}
TOGGLED = "TAXI"  # the agency whose limit changes all the time
PAUSE = 0.01  # seconds between two changes
SECOND = timedelta(seconds=1)
FAR = 0.006  # at most so many seconds to the database: it lies elsewhere, and what can come between does come


class Desk:
    """The operators of one process, so many that none meets a limit of his own."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.people = list(User.objects.filter(username__startswith=f"op-{seed}-"))
        self.admin = User.objects.get(is_superuser=True)
        self.cameras = list(Camera.objects.order_by("pk").values_list("camera_id", flat=True))
        self.cameras += self.cameras[::5] * 10  # most of what is asked for is one camera of each agency
        self.leases: list[tuple[User, Reservation]] = []
        self.told: Counter[str] = Counter()

    def run(self, count: int) -> None:
        for name in self.dice.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count):
            try:
                getattr(self, name)()
                self.told[f"{name}:"] += 1
            except DomainError as error:
                self.told[f"{name}:{error.code}"] += 1

    def reserve(self) -> None:
        person = self.dice.choice(self.people)
        self.leases.append((person, watch(person, self.dice.choice(self.cameras))))

    def release(self) -> None:
        if self.leases:
            person, lease = self.leases.pop(self.dice.randrange(len(self.leases)))
            release(caller=person, reservation_id=lease.pk)

    def renew(self) -> None:
        """Its heartbeats are late: the lease expires, and goes through admission again."""
        if self.leases:
            person, lease = self.dice.choice(self.leases)
            Reservation.objects.filter(pk=lease.pk).update(expires_at=clock.now() - SECOND)
            heartbeat(caller=person, reservation_id=lease.pk, report={})

    def revoke(self) -> None:
        active = list(Reservation.objects.filter(state="ACTIVE").select_related("stream"))
        if active:
            revoke(by=self.admin, reservation=self.dice.choice(active))

    def tick(self) -> None:
        overdue()

    def far_away(self, execute: Callable[..., Any], *statement: Any) -> Any:
        time.sleep(self.dice.uniform(0, FAR))
        return execute(*statement)

    def release_all(self) -> None:
        while self.leases:
            self.release()


def say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def operators(seed: int, count: int) -> None:
    """`told`: outcomes by operation and code (empty: it was done)."""
    desk = Desk(seed)
    say(ready=True)
    sys.stdin.readline()
    with connection.execute_wrapper(desk.far_away):
        desk.run(count)
    say(told=desk.told)
    sys.stdin.readline()
    desk.release_all()
    say(done=True)


def office() -> None:
    """Lowers and raises, as fast as it can; `limits`: which one held from when on."""
    limits: list[tuple[str, int | None]] = []
    agency = Agency.objects.get(code=TOGGLED)
    say(ready=True)
    sys.stdin.readline()
    while not select([sys.stdin], [], [], PAUSE)[0]:
        with transaction.atomic():  # the moment is read before anybody else could set another
            agency_limit_set(agency=agency, cameras=(1, 3)[len(limits) % 2])
            row = AgencyLimit.objects.get(agency=agency)
        limits.append((str(row.changed_at), row.cameras))
    say(limits=limits)
