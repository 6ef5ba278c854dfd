"""Judging a step: does it hold, what ran out, which invariants are broken. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.fanout.meter import Spent
from bench.figures import percentile

ENOUGH = 0.95  # of the camera's frames, whole, at the 5th percentile of the viewers
MACHINE_FULL, THREAD_FULL = 95.0, 90.0  # per cent of all cores; of one


@dataclass
class Step:
    """One number of viewers. Of the window: `frames` per second of each viewer, `lost` and `expected` packets."""

    column: str
    asked: int
    cameras: int
    fps: int
    media_after: float | None = None  # seconds from the first new viewer's reserve; None: not all have media
    frames: list[float] = field(default_factory=list)
    lost: int = 0
    expected: int = 0
    mbit: float = 0.0
    late: list[float] = field(default_factory=list)  # heartbeats: milliseconds
    spent: Spent = field(default_factory=Spent)
    world: dict[str, Any] = field(default_factory=dict)
    load: float = 0.0

    @property
    def reached(self) -> int:
        return sum(self.world.get("by_room", {}).values())

    @property
    def holds(self) -> bool:
        whole = self.reached >= self.asked and bool(self.frames)
        return whole and percentile(self.frames, 0.05) >= ENOUGH * self.fps


def breaches(step: Step) -> Iterator[str]:
    """Where rooms, leases and pushers do not tell the same."""
    leases, viewers = step.world["by_lease"], step.world["by_room"]
    for camera_id in sorted({*leases, *viewers}):
        if leases.get(camera_id, 0) != viewers.get(camera_id, 0):
            yield f"{camera_id}: {viewers.get(camera_id, 0)} viewers in the room, {leases.get(camera_id, 0)} leases"
    publishers = sum(step.world["by_publisher"].values())
    for what, found in (
        ("pushers", step.world["pushers"]),
        ("publishers", publishers),
        ("streams", step.world["streams"]),
    ):
        if found != len(leases):
            yield f"{found} {what}, {len(leases)} cameras watched"


def ran_out(spent: Spent, cores: int) -> str:
    """Words for what was full; whoever needs most of it first."""
    if spent.machine >= MACHINE_FULL:
        return f"the processor: {cores} cores {spent.machine:.0f} % busy: {_shares(spent.cpu, spent.others)}"
    full = [f"{name} ({part:.0f} % of a core)" for name, part in spent.thread.items() if part >= THREAD_FULL]
    if full:
        return f"a thread that needs a core to itself: {', '.join(full)}"
    return f"not the processor ({spent.machine:.0f} % busy; {_shares(spent.cpu, spent.others)})"


def _shares(cpu: Mapping[str, float], others: float) -> str:
    parts = sorted([*cpu.items(), ("other programs", others)], key=lambda part: -part[1])
    return ", ".join(f"{name} {part:.0f} %" for name, part in parts[:4])


def conclusion(steps: Sequence[Step], cores: int) -> str:
    """The most that holds, and what ran out where not all of it does."""
    if not steps:
        return "not measured"
    held = [step for step in steps if step.holds]
    first = f"holds {held[-1].column}" if held else f"holds not even {steps[0].column}"
    return first if steps[-1].holds else f"{first}; at {steps[-1].column} ran out {ran_out(steps[-1].spent, cores)}"
