"""One case: grow step by step, measure each, then all leave and everything must go to zero."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.fanout.audience import Audience
from bench.fanout.cases import Case
from bench.fanout.meter import metering
from bench.fanout.receiver import Receiver
from bench.fanout.verdict import Step, breaches
from bench.fanout.watcher import Watcher, until_zero
from bench.local import Local

WINDOW, LAST_WINDOW = 5.0, 12.0  # seconds: the whole is to fit into `make load`
MEDIA_SECONDS, SETTLE_SECONDS, AGREE_SECONDS, ZERO_SECONDS = 15.0, 2.0, 6.0, 40.0


@dataclass
class Outcome:
    """`gone`: seconds from the first release until each was 0; `broken`: words for what must not be."""

    case: Case
    steps: list[Step] = field(default_factory=list)
    release_seconds: float = 0.0
    gone: dict[str, float] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def run(outcome: Outcome, local: Local, world: Watcher) -> None:
    """Fills it in as it goes, so that what was measured is told whatever happens then."""
    with Receiver() as receiver:
        audience = Audience(local.connect, receiver)
        with audience.beating():
            for step in _steps(outcome.case, local, world, audience):
                outcome.steps.append(step)
                outcome.broken += [f"{step.column}: {words}" for words in breaches(step)]
        # Not reached by whoever is interrupted: its stack ends anyway.
        began = time.monotonic()
        audience.empty()
        outcome.release_seconds = time.monotonic() - began
        outcome.gone, left = until_zero(world.look, ZERO_SECONDS)
        if receiver.error:
            raise receiver.error
    outcome.broken += [f"at the end: {count} {name} left" for name, count in left.items()]
    outcome.errors = audience.errors + [viewer.peer.failed for viewer in audience.viewers if viewer.peer.failed]


def _steps(case: Case, local: Local, world: Watcher, audience: Audience) -> Iterator[Step]:
    """Until one does not hold."""
    for asked in case.steps:
        step = Step(case.column(asked), asked, len(case.cameras), case.fps)
        began = time.monotonic()
        audience.grow(case.camera_ids, asked)
        step.media_after = _all_have_media(audience, asked, began)
        time.sleep(SETTLE_SECONDS)
        _measure(step, local, audience, LAST_WINDOW if asked == case.steps[-1] else WINDOW)
        step.world = _agreed(step, world)
        step.load = os.getloadavg()[0]
        yield step
        if not step.holds:
            return


def _all_have_media(audience: Audience, asked: int, began: float) -> float | None:
    while time.monotonic() < began + MEDIA_SECONDS and not audience.receiver.error:
        seen = [viewer.peer.media_at for viewer in audience.viewers if viewer.peer.media_at is not None]
        if len(seen) >= asked:
            return max(seen) - began
        time.sleep(0.05)
    return None


def _measure(step: Step, local: Local, audience: Audience, seconds: float) -> None:
    audience.late.clear()
    with metering(local) as spent:
        before = [viewer.peer.counts() for viewer in audience.viewers]
        began = time.monotonic()
        time.sleep(seconds)
        found = [viewer.peer.counts().since(old) for viewer, old in zip(audience.viewers, before, strict=True)]
        took = time.monotonic() - began
    step.spent, step.late = spent, list(audience.late)
    step.frames = [counts.frames / took for counts in found]
    step.lost, step.expected = sum(max(0, counts.lost) for counts in found), sum(counts.expected for counts in found)
    step.mbit = sum(counts.octets for counts in found) * 8e-6 / took


def _agreed(step: Step, world: Watcher) -> dict[str, object]:
    """Who is there; again for a while where it does not agree, for what is in motion is no fault."""
    deadline = time.monotonic() + AGREE_SECONDS
    while True:
        step.world = world.look(rooms=True)
        if not list(breaches(step)) or time.monotonic() > deadline:
            return step.world
        time.sleep(0.5)
