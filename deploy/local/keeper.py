"""The keeper: starts supervisord, starts it again when it dies, and leaves nothing behind when told to end.

Before each start it ends what is left of the last one, by recorded pid and start time. Run as
`python -m deploy.local keep`; SIGTERM, SIGINT and SIGHUP end it and everything below it.
"""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import IO

from deploy.local import processes
from deploy.local.errors import StackError
from deploy.local.layout import REPO, Layout
from deploy.local.processes import Process
from streaming.media.supervisor_rpc import Fault, SupervisorRpc, Unreachable

LOOK_EVERY = 0.5
# supervisord gives each program its own time to stop (the longest is PostgreSQL's).
SHUTDOWN_SECONDS = 25.0
# What outlives supervisord has nobody left to talk to, so it gets little time.
LEFTOVER_GRACE = 2.0
PASSED = ("PATH", "HOME", "LANG", "TZ", "TMPDIR")


class Keeper:
    """`follow`: end when this process, our parent, is gone."""

    def __init__(self, layout: Layout, *, follow: Process | None = None) -> None:
        self._layout = layout
        self._follow = follow
        self._stopping = False
        self._recorded: list[Process] = []
        self._daemon: subprocess.Popen[bytes] | None = None
        self._wake_read, self._wake_write = os.pipe()

    def run(self) -> None:
        with _only_one(self._layout):
            processes.adopt_orphans()
            self._listen()
            end_leftovers(self._layout)
            me = processes.lookup(os.getpid())
            processes.write_record(self._layout.keeper, [me] if me else [])
            while not self._stopping:
                self._keep_one()
            self._end_everything()

    def _listen(self) -> None:
        os.set_blocking(self._wake_write, False)
        signal.set_wakeup_fd(self._wake_write)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _keep_one(self) -> None:
        """One life of supervisord, from clean start to its end or to ours."""
        started = time.monotonic()
        self._daemon = _start_supervisord(self._layout)
        gone = False
        while not gone and not self._stopping:
            self._record()
            self._nap(LOOK_EVERY)
            gone = self._daemon.pid in processes.reap()
            self._stopping |= self._follow is not None and not processes.alive(self._follow)
        if gone and not self._stopping:
            print(f"supervisord ({self._daemon.pid}) died; starting it again", flush=True)
            self._end_children(LEFTOVER_GRACE)
            # A configuration that kills it at once must not make us spin.
            self._nap(0 if time.monotonic() - started > 5 else 1.0)

    def _nap(self, seconds: float) -> None:
        if select.select([self._wake_read], [], [], seconds)[0]:
            os.read(self._wake_read, 512)

    def _record(self) -> None:
        seen = processes.descendants(os.getpid())
        if seen != self._recorded:
            self._recorded = seen
            processes.write_record(self._layout.children, seen)

    def _end_everything(self) -> None:
        """Ask supervisord, which ends its programs in order; then make sure of each."""
        if self._daemon is not None:
            with suppress(ProcessLookupError):
                os.kill(self._daemon.pid, signal.SIGTERM)  # our own child, not yet read: its pid is still its own
        self._await_shutdown()
        self._end_children(LEFTOVER_GRACE)
        empty_folder(self._layout.pushers)
        self._layout.children.unlink(missing_ok=True)
        self._layout.keeper.unlink(missing_ok=True)

    def _await_shutdown(self) -> None:
        """supervisord looks at signals and at ended children once a second, or whenever somebody calls it."""
        deadline = time.monotonic() + SHUTDOWN_SECONDS
        call = SupervisorRpc(str(self._layout.socket), 1.0).call
        while processes.descendants(os.getpid()) and time.monotonic() < deadline:
            with suppress(Unreachable, Fault):
                call("getState")
            time.sleep(0.05)
            processes.reap()

    def _end_children(self, grace: float) -> None:
        """Whoever is below us or recorded. Asked again until nobody is left, because children may have children."""
        for _ in range(5):
            left = {*processes.descendants(os.getpid()), *filter(processes.alive, self._recorded)}
            if not left:
                return
            processes.end(left, grace=grace)
        raise StackError(f"processes that do not die: {[process.pid for process in left]}")


def end_leftovers(layout: Layout) -> None:
    """End what a keeper that was killed left running, supervisord first: it would start the others again."""
    left = [process for process in processes.read_record(layout.children) if processes.alive(process)]
    daemons = [process for process in left if b"supervisor.supervisord" in _command_line(process)]
    below = [process for daemon in daemons for process in processes.descendants(daemon.pid)]
    # supervisord marks each child; so those too are found that were started after the last record.
    marked = processes.with_environment(f"SUPERVISOR_SERVER_URL=unix://{layout.socket}")
    processes.end(daemons, grace=0)
    stuck = processes.end({*left, *below, *marked}, grace=LEFTOVER_GRACE)
    if stuck:
        raise StackError(f"processes of the last start do not die: {[process.pid for process in stuck]}")
    layout.children.unlink(missing_ok=True)
    layout.keeper.unlink(missing_ok=True)


def _command_line(process: Process) -> bytes:
    try:
        return Path(f"/proc/{process.pid}/cmdline").read_bytes()
    except OSError:
        return b""


def empty_folder(folder: Path) -> None:
    """Secrets of pushers must not outlast the stack that ran them."""
    for entry in folder.glob("*"):
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)


def running(layout: Layout) -> Process | None:
    """The keeper of this stack, if one is alive."""
    for process in processes.read_record(layout.keeper):
        if processes.alive(process):
            return process
    return None


def _start_supervisord(layout: Layout) -> subprocess.Popen[bytes]:
    env = {name: os.environ[name] for name in PASSED if name in os.environ}
    command = [sys.executable, "-m", "supervisor.supervisord", "-n", "-s", "-c", str(layout.supervisord_conf)]
    with layout.log_file("supervisord.out").open("ab") as out:
        # A session of its own: Ctrl-C in the terminal is for the keeper, which ends things in order.
        return subprocess.Popen(
            command, cwd=REPO, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )


def _only_one(layout: Layout) -> IO[str]:
    """Hold the stack's lock until the file is closed; raises StackError if another keeper has it."""
    file = (layout.run / "keeper.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise StackError(f"{layout.data} is already kept by another keeper") from None
    return file
