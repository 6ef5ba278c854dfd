"""The stack that is hurt: its own data, its own ports, and gone when we are, even when we are killed."""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from bench.local import Local
from deploy.local import demo, ports, readiness, stack
from deploy.local.choice import Choice
from deploy.local.errors import StackError
from deploy.local.layout import REPO, Layout
from deploy.local.stack import Stack

DATA = REPO / ".data" / "faults"
# Small pictures, so that the browsers don't compete with what heals; the hurt one, and one that must not notice.
HURT, BYSTANDER = "cam-006-demo", "cam-007-demo"
SETTINGS = {
    "DEMO_CAMERAS": "2",
    # What nobody watches any more is gone sooner; nothing that heals waits for it.
    "DRAIN_SECONDS": "1",
}
INSTANCE = "cctv-faults"
CAMERAS = REPO / "deploy" / "demo" / "cameras.py"


@contextmanager
def running(ports_base: int) -> Iterator[Local]:
    """From an empty database."""
    os.environ.update(SETTINGS)
    layout = Layout.at(DATA)
    with _only_one():
        stack.remove(layout)
        here = Stack(layout, ports.from_environment({}, base=ports_base), Choice(instance=INSTANCE))
        try:
            demo.bring_up(here, follow=True)
            local = Local(here, demo.access(here))
            with _cameras_of_its_own(local):
                yield local
        finally:
            stack.stop(layout)


@contextmanager
def _only_one() -> Iterator[None]:
    DATA.parent.mkdir(parents=True, exist_ok=True)
    with DATA.with_name("faults.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(f"another run uses {DATA}") from None
        yield


@contextmanager
def _cameras_of_its_own(local: Local) -> Iterator[None]:
    """The bystander's camera is another device: it goes on when the demo's cameras are hurt."""
    port = local.stack.ports.mediamtx_rtsp  # free, because this plane has no MediaMTX
    command = ["/usr/bin/python3", str(CAMERAS), "--port", str(port), "--extra", "2"]
    with local.stack.layout.log_file("bystander").open("ab") as log:
        child = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        readiness.wait("The bystander's camera", lambda: readiness.rtsp_ready(port), log=local.stack.layout.log)
        set_source(local, BYSTANDER, f"rtsp://127.0.0.1:{port}/{BYSTANDER}")
        yield
    finally:
        child.kill()
        child.wait(timeout=10)


def set_source(local: Local, camera_id: str, url: str) -> None:
    api = local.connect()
    api.call("PATCH", f"/cameras/{camera_id}", {"main_url": url})
    api.close()
