"""The media worker killed in the middle of its work: caught there with SIGSTOP first, so that it is no guess."""

from __future__ import annotations

import signal
from collections.abc import Callable

from bench.faults.fault import fault
from bench.faults.kills import PUSHER
from bench.faults.scene import OPEN_SECONDS, Missed, Scene
from bench.faults.stack import HURT
from deploy.local.processes import send

WORKER = "worker-media"
CATCH_SECONDS = 10.0
TRIES = 4


@fault("bring-up-early", "kill -9 worker-media as soon as a stream is STARTING")
def bring_up_early(scene: Scene) -> None:
    _bring_up(scene, lambda: _state(scene) == "STARTING")


@fault("bring-up-pusher", "kill -9 worker-media when the pusher runs and the stream is not LIVE yet")
def bring_up_pusher(scene: Scene) -> None:
    _bring_up(scene, lambda: scene.programs.process(PUSHER) is not None and _state(scene) == "STARTING")


@fault("two-at-once", "kill -9 worker-media and Redis together, in the middle of a bring-up")
def two_at_once(scene: Scene) -> None:
    _bring_up(scene, lambda: scene.programs.process(PUSHER) is not None and _state(scene) == "STARTING", "redis")


@fault("tear-down", "kill -9 worker-media while a stream is STOPPING")
def tear_down(scene: Scene) -> None:
    scene.bystander()

    def open_and_leave() -> None:
        view = scene.one.open(HURT)
        scene.until(view.sees, OPEN_SECONDS, "the viewer's picture")
        scene.one.leave()

    _caught(scene, open_and_leave, lambda: _state(scene) == "STOPPING")
    scene.want(lambda: scene.ended(HURT), "the stream is stopped")


def _bring_up(scene: Scene, there: Callable[[], bool], *others: str) -> None:
    scene.bystander()

    def open_anew() -> None:
        scene.one.leave()
        scene.until(lambda: scene.ended(HURT), OPEN_SECONDS, "nobody watches")
        scene.staying.clear()
        scene.hurt_viewer()

    _caught(scene, open_anew, there, *others)


def _caught(scene: Scene, again: Callable[[], None], there: Callable[[], bool], *others: str) -> None:
    """Kills the worker (and `others`) where `there` holds, and still does with the worker stopped."""
    for _ in range(TRIES):
        again()
        scene.until(there, CATCH_SECONDS, "the worker is in the middle of it", every=0.005)
        worker = scene.programs.process(WORKER)
        assert worker is not None
        send(worker, signal.SIGSTOP)
        if there():
            with scene.hurting():
                scene.programs.kill(WORKER, *others)
            return
        send(worker, signal.SIGCONT)
    raise Missed(f"the worker was too fast {TRIES} times")


def _state(scene: Scene) -> str:
    return str(scene.look.stream(HURT).get("state", ""))
