"""One fault after another on the same stack, each from a fresh state."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Error

from bench.faults.fault import Fault, Outcome
from bench.faults.healing import heal
from bench.faults.look import Blind, Look
from bench.faults.programs import Programs
from bench.faults.scene import Missed, Scene
from bench.faults.viewers import Watcher
from bench.local import Local

FRESH_SECONDS = 70.0


@dataclass
class Stage:
    local: Local
    look: Look
    one: Watcher
    other: Watcher

    def play(self, fault: Fault) -> Outcome:
        """Whatever goes wrong is part of the outcome."""
        began, outcome = time.monotonic(), Outcome(fault.name, fault.what)
        with _told(outcome), ExitStack() as cleaning:
            scene = Scene(self.local, self.look, Programs(self.local), self.one, self.other, fault, outcome, cleaning)
            for act in (self._play, heal):
                with _told(outcome):
                    act(scene)
            self._everybody_leaves()
        outcome.took, outcome.load = round(time.monotonic() - began, 1), round(os.getloadavg()[0], 1)
        return outcome

    def _play(self, scene: Scene) -> None:
        self._fresh()
        scene.fault.run(scene)

    def _everybody_leaves(self) -> None:
        for person in (self.one, self.other):
            with suppress(Error):
                person.leave()

    def _fresh(self) -> None:
        """Nobody watches, every stream is verified gone, and nothing is broken."""
        deadline = time.monotonic() + FRESH_SECONDS
        while left := self._left():
            if time.monotonic() > deadline:
                raise Missed(f"no fresh state within {FRESH_SECONDS:.0f} s: {left}")
            time.sleep(0.2)

    def _left(self) -> list[Any]:
        try:
            rows = self.look.ask("rows")
            unfinished = [row for row in rows["streams"].values() if row["state"] not in {"STOPPED", "FAILED"}]
            return rows["leases"] or unfinished or self.look.breaches()
        except Blind as error:
            return [str(error)]


@contextmanager
def _told(outcome: Outcome) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - one fault that goes wrong must not hide the others
        outcome.broken.append(f"{type(error).__name__}: {error}"[:300])
