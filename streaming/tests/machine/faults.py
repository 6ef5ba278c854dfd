"""What the machinery does, and what goes wrong with it: ticks, tasks in any order or lost, crashes, late answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from cctv import clock
from streaming import tasks
from streaming.lifecycle.invariants import row_breaches
from streaming.lifecycle.reconciling import reconcile
from streaming.media import names
from streaming.media.ports import Ingest, PusherStatus, Secret
from streaming.tests.machine.base import Base
from streaming.tests.machine.outside import CALLS, PERMANENT, TRANSIENT
from streaming.tests.machine.people import cameras, which

ERRORS = st.sampled_from([PERMANENT, TRANSIENT])
SECONDS = st.sampled_from([1, 2, 4, 6, 9, 11, 16, 31, 46, 61, 301, 700])


class Faults(Base):
    @rule(times=st.integers(1, 3))
    def tick(self, times: int) -> None:
        """The beat's second, `times` over: a doubled or a repeated tick is one too."""
        for _ in range(times):
            self.alive(tasks.pushers)
            died = self.tally["crash"]
            self.alive(tasks.overdue)
            if died == self.tally["crash"]:
                assert [breach for breach in row_breaches() if breach.invariant == "lease_overdue"] == []

    @rule(at=which)
    def one_task(self, at: int) -> None:
        """Any of those that wait: tasks come in no order."""
        if self.sent:
            self.run_task(self.sent.pop(at % len(self.sent)))

    @rule()
    def all_tasks(self) -> None:
        self.run_tasks()

    @rule()
    def task_twice(self) -> None:
        if self.sent:
            self.run_task(self.sent[0])

    @rule()
    def broker_lost(self) -> None:
        self.sent.clear()

    @rule()
    def reconcile(self) -> None:
        self.alive(reconcile)

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: int) -> None:
        clock.offset += timedelta(seconds=seconds)

    @rule(seconds=st.sampled_from([1, 5, 30, 600, 3600]))
    def clock_is_set_back(self, seconds: int) -> None:
        clock.offset -= timedelta(seconds=seconds)
        self.set_back = True

    @rule(name=st.sampled_from(CALLS), error=ERRORS, after=st.booleans(), now=st.booleans())
    def a_call_fails(self, name: str, error: Exception, after: bool, now: bool) -> None:
        """`after`: it does what it was asked, and the answer is lost."""
        (self.outside.fail_after if after else self.outside.fail)[name] = error
        if now:
            self.go_on()

    @rule(steps=st.integers(0, 30), who=which, camera_id=cameras)
    def a_worker_crashes(self, steps: int, who: int, camera_id: str) -> None:
        """In whatever it does next, at any step of it."""
        self.come(who, camera_id)
        self.outside.crash_in = steps
        self.go_on()

    @rule(steps=st.integers(0, 20), camera_id=cameras)
    def a_worker_crashes_in_a_tear_down(self, steps: int, camera_id: str) -> None:
        self.leave_all(camera_id)
        clock.offset += timedelta(seconds=6)
        self.outside.crash_in = steps
        self.go_on()

    def go_on(self) -> None:
        self.alive(tasks.overdue)
        self.run_tasks()
        self.alive(tasks.pushers)
        self.alive(reconcile)

    @rule(publishes=st.booleans())
    def media_fails_to_flow(self, publishes: bool) -> None:
        self.outside.publishes = publishes

    @rule(camera_id=cameras, code=st.sampled_from([0, 1, 10, 11, 12, 20, 21, 137]))
    def pusher_ends(self, camera_id: str, code: int) -> None:
        if camera_id in self.outside.pushers:
            self.outside.exit(camera_id, code)

    @rule(camera_id=cameras, kind=st.sampled_from(["pushers", "rooms", "paths", "ingests"]))
    def something_vanishes(self, camera_id: str, kind: str) -> None:
        match kind:
            case "pushers":
                self.outside.pushers.pop(camera_id, None)
            case "ingests":
                for key in [key for key in self.outside.ingests if key[0] == camera_id]:
                    del self.outside.ingests[key]
            case _:
                getattr(self.outside, kind).discard(camera_id)

    @rule(camera_id=cameras, generation=st.sampled_from([0, 1, 2, 4, 40]))
    def something_is_started_by_hand(self, camera_id: str, generation: int) -> None:
        """By hand, by a worker that was late, or before the database went back to a backup."""
        self.outside.rooms.add(camera_id)
        self.outside.paths.add(camera_id)
        ingest = Ingest(camera_id, generation, f"in-{generation}", "http://sfu/", Secret("k"))
        self.outside.ingests.setdefault((camera_id, generation), ingest)
        status = PusherStatus(names.pusher(camera_id), camera_id, generation, running=True)
        if self.outside.pushers.setdefault(camera_id, status) is status:
            self.outside.fed.pop(camera_id, None)

    @rule(camera_id=cameras)
    def something_is_doubled(self, camera_id: str) -> None:
        """By hand, under another name; or by a call whose first answer was lost."""
        if there := self.outside.pushers.get(camera_id):
            self.outside.doubles.append(replace(there, name="by-hand", running=True, exit_code=None))
        ingests = [ingest for key, ingest in self.outside.ingests.items() if key[0] == camera_id]
        self.outside.more_ingests += ingests[-1:]

    @rule(name=st.sampled_from(CALLS), camera_id=cameras, who=which)
    def a_worker_is_held_up(self, name: str, camera_id: str, who: int) -> None:
        """In its next call `name` a worker sleeps past its work lease; life goes on; then its answer comes."""

        def meanwhile() -> None:
            clock.offset += timedelta(seconds=11)
            self.leave_all(camera_id)
            for _ in range(3):
                clock.offset += timedelta(seconds=6)
                self.alive(tasks.overdue)
                self.run_tasks()
            self.come(who, camera_id)
            self.run_tasks()

        self.outside.before[name] = meanwhile
