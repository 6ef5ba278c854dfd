"""Programs and servers that are killed under viewers."""

from __future__ import annotations

import signal

from bench.faults.fault import fault
from bench.faults.heartbeats import beating
from bench.faults.scene import Scene
from bench.faults.stack import HURT
from deploy.local.processes import send

PUSHER = f"whip-pusher-{HURT}"


@fault("web-one", "kill -9 one of two web processes")
def web_one(scene: Scene) -> None:
    scene.both_watch()
    with scene.hurting():
        scene.programs.kill("web")


@fault("web-both", "kill -9 both web processes")
def web_both(scene: Scene) -> None:
    scene.both_watch()
    with scene.hurting():
        scene.programs.kill("web", "web-2")


@fault("beat", "kill -9 beat, while the last viewer of a camera leaves")
def beat(scene: Scene) -> None:
    """Its drain and its tear-down are the beat's to find."""
    scene.both_watch()
    with scene.hurting():
        scene.programs.kill("beat")
        scene.one.leave()
    scene.staying.clear()
    scene.want(lambda: scene.ended(HURT), "the stream nobody watches is stopped")


@fault("worker-tick", "kill -9 the worker of the ticks, while the last viewer of a camera leaves")
def worker_tick(scene: Scene) -> None:
    scene.both_watch()
    with scene.hurting():
        scene.programs.kill("worker-tick")
        scene.one.leave()
    scene.staying.clear()
    scene.want(lambda: scene.ended(HURT), "the stream nobody watches is stopped")


@fault("pusher", "kill -9 the camera's pusher")
def pusher(scene: Scene) -> None:
    scene.both_watch()
    with scene.hurting():
        scene.programs.kill(PUSHER)


@fault("janus", "kill -9 Janus")
def janus(scene: Scene) -> None:
    scene.both_watch(spared=False)
    with scene.hurting():
        scene.programs.kill("janus")


@fault("redis", "kill -9 Redis")
def redis(scene: Scene) -> None:
    scene.both_watch()
    with scene.hurting():
        scene.programs.kill("redis")


@fault("supervisord", "kill -9 supervisord: the keeper ends and starts everything anew")
def supervisord(scene: Scene) -> None:
    scene.both_watch(spared=False)
    scene.keeps_its_lease()
    with scene.hurting():
        send(scene.programs.supervisord(), signal.SIGKILL)


@fault("postgres", "restart PostgreSQL under heartbeats")
def postgres(scene: Scene) -> None:
    scene.both_watch()
    scene.keeps_its_lease()
    beats = scene.cleaning.enter_context(beating(scene.local, HURT))
    scene.want(lambda: beats.well(3), "heartbeats are taken again")
    scene.at_the_end.append(lambda: scene.expect(not beats.strange, f"heartbeats answered by {sorted(beats.strange)}"))
    scene.at_the_end.append(lambda: scene.note(f"heartbeats: {beats}"))
    scene.until(lambda: beats.well(3), 10, "heartbeats are taken")
    with scene.hurting():
        scene.programs.stop("postgres")
        scene.programs.start("postgres")
        beats.forget()
