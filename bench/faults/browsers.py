"""Viewers whose network or machine fails."""

from __future__ import annotations

import time

from bench.faults.fault import fault
from bench.faults.scene import Scene
from bench.faults.stack import HURT

CUT_SECONDS = 20.0
LEASE_ENDS_SECONDS = 60.0


@fault("browser-cut", "a viewer's browser is cut off from the network for 20 s")
def browser_cut(scene: Scene) -> None:
    scene.both_watch()
    before = scene.lease()
    with scene.hurting(), scene.one.cut_off():
        _same_throughout(scene, before, CUT_SECONDS)
    _same_throughout(scene, before, 5)


def _same_throughout(scene: Scene, before: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        now = scene.look.leases(HURT)
        if now != [before]:
            scene.expect(False, f"the lease was to stay {before}, and is {now}")
            scene.rest(max(0.0, end - time.monotonic()))
            return
        scene.rest(0.25)


@fault("browser-killed", "a viewer's browser is killed (-9)", heals=LEASE_ENDS_SECONDS)
def browser_killed(scene: Scene) -> None:
    """Its lease lapses, 45 s after its last heartbeat at the latest; then everything of its camera goes."""
    scene.both_watch()
    with scene.hurting():
        scene.one.kill()
    scene.staying.clear()
    scene.want(lambda: not scene.look.leases(HURT), "its lease has ended")
    scene.want(lambda: scene.ended(HURT), "its stream is stopped")
