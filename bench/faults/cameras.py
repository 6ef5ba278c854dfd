"""Cameras that go away, freeze, or become another one while they are watched."""

from __future__ import annotations

from bench.faults.fault import fault
from bench.faults.scene import Scene
from bench.faults.stack import BYSTANDER, HURT, set_source

AWAY_SECONDS = 20.0


@fault("camera-away", "the camera is switched off for 20 s")
def camera_away(scene: Scene) -> None:
    scene.both_watch()
    scene.keeps_its_lease()
    with scene.hurting(), scene.programs.stopped("cameras"):
        scene.rest(AWAY_SECONDS)


@fault("camera-frozen", "the camera freezes for 20 s and keeps its connections open")
def camera_frozen(scene: Scene) -> None:
    scene.both_watch()
    scene.keeps_its_lease()
    with scene.hurting(), scene.programs.frozen("cameras"):
        scene.rest(AWAY_SECONDS)


@fault("source-edited", "the watched camera's source is changed by PATCH")
def source_edited(scene: Scene) -> None:
    view, _ = scene.both_watch()
    scene.keeps_its_lease()
    scene.cleaning.callback(set_source, scene.local, HURT, scene.local.source(HURT))
    with scene.hurting():
        set_source(scene.local, HURT, scene.local.source(BYSTANDER))
    # From here on only the other picture counts.
    view.expected = BYSTANDER
    scene.want(view.sees, "the other camera's picture comes")
