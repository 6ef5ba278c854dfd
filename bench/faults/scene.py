"""What a fault has at hand: the stack, two viewers' browsers, a look at the rows and the world, and a clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from bench.faults.fault import Fault, Outcome
from bench.faults.look import Blind, Look
from bench.faults.programs import Programs
from bench.faults.stack import BYSTANDER, HURT
from bench.faults.viewers import View, Watcher
from bench.local import Local

OPEN_SECONDS = 40.0
POLL = 0.1


class Missed(Exception):
    """The fault could not be done as meant, so nothing is known."""


@dataclass
class Wanted:
    """Something that has to come about after the fault; `at`: when it was first seen."""

    holds: Callable[[], Any]
    what: str
    at: float | None = None

    def look(self) -> bool:
        if self.at is None:
            with suppress(Blind):
                self.at = time.time() if self.holds() else None
        return self.at is not None


@dataclass
class Scene:
    """`staying`: must see their own camera again. `undisturbed`: must not lose it at all."""

    local: Local
    look: Look
    programs: Programs
    one: Watcher
    other: Watcher
    fault: Fault
    outcome: Outcome
    cleaning: ExitStack
    staying: list[View] = field(default_factory=list)
    undisturbed: list[View] = field(default_factory=list)
    began: float = 0.0
    over: float = 0.0
    wanted: list[Wanted] = field(default_factory=list)
    at_the_end: list[Callable[[], None]] = field(default_factory=list)

    def hurt_viewer(self, *, transport: str = "") -> View:
        """Someone opens the camera that will be hurt; the picture is not waited for."""
        self.staying.append(self.one.open(HURT, transport=transport))
        return self.staying[-1]

    def bystander(self) -> View:
        self.undisturbed.append(self.other.open(BYSTANDER))
        self.until(self.undisturbed[-1].sees, OPEN_SECONDS, "the bystander's picture")
        return self.undisturbed[-1]

    def both_watch(self, *, spared: bool = True) -> tuple[View, View]:
        """`spared` False: the bystander is hurt as well, and has to come back like the other."""
        bystander, view = self.bystander(), self.hurt_viewer()
        self.until(view.sees, OPEN_SECONDS, "the viewer's picture")
        if not spared:
            self.staying.append(self.undisturbed.pop())
        self.rest(1.5)
        return view, bystander

    @contextmanager
    def hurting(self) -> Iterator[None]:
        """From its beginning the gaps are counted, from its end the healing."""
        self.began = time.time()
        yield
        self.over, self.outcome.done = time.time(), True

    def expect(self, holds: bool, what: str) -> None:
        if not holds:
            self.outcome.broken.append(what)

    def note(self, text: str) -> None:
        self.outcome.notes.append(text)

    def until(self, holds: Callable[[], Any], within: float, what: str, *, every: float = POLL) -> Any:
        """The first truthy answer; Missed where there is none. A look that saw nothing is none."""
        deadline = time.monotonic() + within
        while True:
            try:
                if found := holds():
                    return found
            except Blind:
                pass
            if time.monotonic() > deadline:
                raise Missed(f"not within {within:.0f} s: {what}")
            time.sleep(every)

    def rest(self, seconds: float) -> None:
        time.sleep(seconds)

    def lease(self) -> str:
        """The reservation of whoever watches the hurt camera."""
        found: str = self.until(lambda: self.look.leases(HURT), 5, "a lease")[0]
        return found

    def want(self, holds: Callable[[], Any], what: str) -> None:
        """It has as long as everything else to come about."""
        self.wanted.append(Wanted(holds, what))

    def keeps_its_lease(self) -> None:
        """Whoever watches the hurt camera now: an outage costs nobody the lease. Judged when all is well again."""
        before = self.lease()
        self.at_the_end.append(lambda: self.expect(before in self.look.leases(HURT), f"the lease {before} was lost"))

    def ended(self, camera_id: str) -> bool:
        """Its stream is verified gone, or it never had one."""
        return self.look.stream(camera_id).get("state", "STOPPED") in {"STOPPED", "FAILED"}
