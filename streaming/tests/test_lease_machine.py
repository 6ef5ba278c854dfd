"""Leases under everything that can happen to them: a Hypothesis state machine (streaming/tests/machine).

LEASE_MACHINE_EXAMPLES, LEASE_MACHINE_STEPS and LEASE_MACHINE_SEED make it a soak; without a seed it is the same run
each time. LEASE_MACHINE_REPORT: a file for what happened, as JSON. LEASE_MACHINE_SHRINK=1 looks for a shorter failure.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from cctv import clock
from streaming import tasks
from streaming.lifecycle import work
from streaming.media.plane import Plane
from streaming.tests.conftest import use_plane
from streaming.tests.machine.admins import Admins
from streaming.tests.machine.checks import Checks
from streaming.tests.machine.faults import Faults
from streaming.tests.machine.hints import KEY, SECRET, Hints
from streaming.tests.machine.outside import MortalLease, Outside, VirtualTime
from streaming.tests.machine.people import People
from streaming.tests.machine.rows import make_cast
from streaming.tests.memory_plane import MemoryGateway, MemoryRunner, MemorySfu

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
EXAMPLES = int(os.environ.get("LEASE_MACHINE_EXAMPLES", "300"))
STEPS = int(os.environ.get("LEASE_MACHINE_STEPS", "12"))
SEED = os.environ.get("LEASE_MACHINE_SEED")
SHRINK = os.environ.get("LEASE_MACHINE_SHRINK")
# So many examples meet each of these, or the rules have lost their bite.
ENOUGH = 100
EXPECTED = {"admitted", "crash", "renewed", "agency_limit_reached", "told"}
REPORT = os.environ.get("LEASE_MACHINE_REPORT")


class LeaseMachine(People, Admins, Hints, Faults, Checks):
    pass


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, sent: list[tuple[str, tuple[Any, ...]]]) -> Iterator[type[LeaseMachine]]:
    outside = Outside()
    found = Plane(sfu=MemorySfu(outside), gateway=MemoryGateway(outside), runner=MemoryRunner(outside))  # type: ignore[arg-type]
    use_plane(monkeypatch, found)
    for module in ("bring_up", "work", "reconciling"):
        monkeypatch.setattr(f"streaming.lifecycle.{module}.time", VirtualTime())
    # A third of all queries would ask for the time, and the passes' own record is nobody's concern here.
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + clock.offset)
    monkeypatch.setattr(tasks, "recorded", lambda name: nullcontext())
    monkeypatch.setattr(django_settings, "LIVEKIT_API_KEY", KEY)
    monkeypatch.setattr(django_settings, "LIVEKIT_API_SECRET", SECRET)
    monkeypatch.setattr(MortalLease, "outside", outside, raising=False)
    monkeypatch.setattr(work, "WorkLease", MortalLease)
    LeaseMachine.cast, LeaseMachine.outside, LeaseMachine.sent = make_cast(), outside, sent
    LeaseMachine.tally = Counter()
    LeaseMachine.begin = staticmethod(_begin(outside, sent))
    yield LeaseMachine
    clock.offset = timedelta(0)


def _begin(outside: Outside, sent: list[Any]) -> Callable[[], None]:
    def begin() -> None:
        clock.offset = timedelta(0)
        outside.clear()
        sent.clear()

    return begin


@pytest.mark.timeout(1500)
def test_leases_hold_whatever_happens(machine: type[LeaseMachine]) -> None:
    # Shrinking takes minutes; a dozen steps can be read as they are.
    phases = [Phase.generate, Phase.shrink] if SHRINK else [Phase.generate]
    chosen = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=SEED is None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    try:
        run_state_machine_as_test(seed(int(SEED))(machine) if SEED else machine, settings=chosen)
    finally:
        if REPORT:
            Path(REPORT).write_text(json.dumps(machine.tally))
    assert EXAMPLES < ENOUGH or not EXPECTED - set(machine.tally), machine.tally
