"""Pushers and rooms that somebody made by hand: ours without a row, and a stranger's."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from bench.faults.fault import fault
from bench.faults.kills import PUSHER
from bench.faults.scene import Scene
from bench.faults.stack import HURT, INSTANCE
from streaming.media.supervisor_rpc import Fault, Unreachable

ABSURD = 999_999_999
HELD_SECONDS = 8.0
SOMEBODYS = "somebodys-own-room"
ROOM = f"camera_{HURT}"


@fault("pusher-stray", "a pusher of ours with an absurd generation; nobody watches its camera")
def pusher_stray(scene: Scene) -> None:
    scene.bystander()
    with scene.hurting():
        _stray(scene, ABSURD)
    scene.want(lambda: scene.programs.process(PUSHER) is None, "it is removed")


@fault("pusher-stray-watched", "the same, and then somebody wants to watch that camera")
def pusher_stray_watched(scene: Scene) -> None:
    scene.bystander()
    with scene.hurting():
        _stray(scene, 2 * ABSURD)  # above whatever the first one has brought us to
    scene.hurt_viewer()


@fault("pusher-foreign", "a stranger's program holds the name of a pusher, and goes after 8 s")
def pusher_foreign(scene: Scene) -> None:
    scene.bystander()
    conf = scene.local.stack.layout.apps / "somebodys.conf"
    scene.cleaning.callback(_gone, scene, conf)
    _program(scene, conf)
    before = scene.programs.process(PUSHER)
    with scene.hurting():
        scene.hurt_viewer()
        scene.until(lambda: scene.look.stream(HURT).get("code") == "name_taken", 10, "name_taken", every=0.02)
        scene.rest(HELD_SECONDS)
        scene.expect(scene.programs.process(PUSHER) == before, "the stranger's program was touched")
        _gone(scene, conf)


@fault("room-stray", "a room of ours in Janus without a row, and a stranger's")
def room_stray(scene: Scene) -> None:
    scene.bystander()
    scene.cleaning.callback(_room_goes, scene, SOMEBODYS)
    with scene.hurting():
        scene.look.ask("foreign_room", SOMEBODYS)
        scene.look.ask("our_room", HURT)
    scene.want(lambda: ROOM not in scene.look.ask("rooms"), "ours is removed")
    scene.at_the_end.append(
        lambda: scene.expect(SOMEBODYS in scene.look.ask("rooms"), "the stranger's room was removed")
    )


@fault("room-foreign", "a stranger's room holds the name of a camera's, and goes after 8 s")
def room_foreign(scene: Scene) -> None:
    scene.bystander()
    scene.cleaning.callback(_room_goes, scene, ROOM)
    scene.look.ask("foreign_room", ROOM)
    with scene.hurting():
        scene.hurt_viewer()
        scene.until(lambda: scene.look.stream(HURT).get("code") == "name_taken", 10, "name_taken", every=0.02)
        scene.rest(HELD_SECONDS)
        scene.expect(ROOM in scene.look.ask("rooms"), "the stranger's room was touched")
        _room_goes(scene, ROOM)


def _stray(scene: Scene, generation: int) -> None:
    """As a worker of ours would have left it."""
    folder = scene.local.stack.layout.pushers
    label = {"name": PUSHER, "instance": INSTANCE, "camera_id": HURT, "generation": generation}
    files = [folder / f"{PUSHER}.json", folder / f"{PUSHER}.conf"]
    scene.cleaning.callback(_stray_goes, scene, generation, *files)
    files[0].write_text(json.dumps({**label, "started": True}))
    _program(scene, files[1])


def _stray_goes(scene: Scene, generation: int, *files: Path) -> None:
    """Only where it is still there: by now the files may be those of a pusher that ours started."""
    with suppress(OSError):
        if json.loads(files[0].read_text())["generation"] == generation:
            _gone(scene, *files)


def _program(scene: Scene, conf: Path) -> None:
    """Started as by hand, under the name of the camera's pusher."""
    conf.write_text(f"[program:{PUSHER}]\ncommand=/bin/sleep 1000\nautostart=true\nautorestart=false\nstartsecs=0\n")
    scene.programs.rpc.call("reloadConfig")
    scene.programs.rpc.call("addProcessGroup", PUSHER)


def _gone(scene: Scene, *files: Path) -> None:
    if files[-1].exists():
        scene.programs.group_goes(PUSHER)
    for file in files:
        file.unlink(missing_ok=True)
    with suppress(Unreachable, Fault):
        scene.programs.rpc.call("reloadConfig")


def _room_goes(scene: Scene, name: str) -> None:
    scene.look.ask("foreign_room_goes", name)
