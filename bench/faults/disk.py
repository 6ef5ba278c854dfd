"""The disk of the HLS files is full: a small one mounted for it, or else /dev/full under the next names."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.faults.fault import fault
from bench.faults.scene import OPEN_SECONDS, Scene
from bench.faults.stack import HURT

SIZE = 16 * 1024 * 1024  # bytes
FULL_SECONDS = 10.0
AHEAD = 200  # segments


@fault("hls-disk-full", "the disk of the HLS files is full for 10 s, while one watches by HLS, others by WebRTC")
def hls_disk_full(scene: Scene) -> None:
    mounted = _mount(scene)
    view, _ = scene.both_watch()
    # Whoever watches by WebRTC is to notice nothing.
    scene.undisturbed.append(scene.staying.pop())
    by_hls = scene.hurt_viewer(transport="hls")
    scene.until(lambda: by_hls.sees() and by_hls.player()["transport"] == "hls", OPEN_SECONDS, "a picture by HLS")
    scene.rest(2)
    how = _full_disk(scene.local.stack.layout.hls) if mounted else _full_names(scene.local.stack.layout.hls)
    with scene.hurting(), how:
        scene.rest(FULL_SECONDS)
    scene.note("a tmpfs, filled" if mounted else "no mount permitted here: /dev/full under the next names")
    scene.expect(view.sees(), "the viewer by WebRTC lost its picture")


def _mount(scene: Scene) -> bool:
    folder = str(scene.local.stack.layout.hls)
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", folder]
    if subprocess.run(command, capture_output=True, timeout=10).returncode != 0:
        return False
    scene.cleaning.callback(subprocess.run, ["umount", "--lazy", folder], capture_output=True, timeout=10)
    return True


@contextmanager
def _full_disk(folder: Path) -> Iterator[None]:
    filler = folder / "filler"
    try:
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"x" * 4096):
                pass
        yield
    finally:
        filler.unlink(missing_ok=True)


@contextmanager
def _full_names(folder: Path) -> Iterator[None]:
    """Whatever the pusher writes next meets ENOSPC (full(4))."""
    links = [link for last in folder.glob(f"camera_{HURT}*/*") for link in _links(last)]
    try:
        yield
    finally:
        for link in links:
            if link.is_symlink():
                link.unlink()


def _links(folder: Path) -> Iterator[Path]:
    newest = max((int(file.stem.removeprefix("segment")) for file in folder.glob("segment*.ts")), default=0)
    for number in range(newest + 1, newest + AHEAD):
        link = folder / f"segment{number:05d}.ts"
        with suppress(FileExistsError):
            link.symlink_to("/dev/full")
        yield link
