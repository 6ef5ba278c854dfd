"""A real supervisord in a folder of its own, and what a contract test needs to know about it."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from pytest_django import Settings

from deploy.local import processes, supervisord_conf
from deploy.local.keeper import empty_folder
from deploy.local.layout import Layout
from deploy.local.processes import Process
from streaming.media.ports import PusherRunner
from streaming.media.supervisor_pushers import SupervisorPushers
from streaming.media.supervisor_rpc import Fault, SupervisorRpc, Unreachable


class SupervisorHarness:
    """Starts, breaks and looks into the runner; the contract suite knows it only by these methods."""

    refuses_at_start = True
    stop_seconds = 4.0

    def __init__(self, folder: Path) -> None:
        self.layout = Layout.at(folder)
        self.layout.make()
        supervisord_conf.write_main(self.layout, [])
        self._daemon: subprocess.Popen[bytes] | None = None
        self.repair()

    def configure(self, settings: Settings) -> None:
        settings.SUPERVISOR_SOCKET = str(self.layout.socket)
        settings.SUPERVISOR_PROGRAMS_DIR = str(self.layout.pushers)
        settings.PUSHER_LOG_DIR = str(self.layout.log / "pushers")
        settings.MEDIA_CALL_TIMEOUT = 5.0

    def runner(self) -> PusherRunner:
        """A new adapter object, as in another worker."""
        return SupervisorPushers()

    def program(self, settings: Settings, *words: str) -> None:
        settings.PUSHER_COMMAND = shlex.join(words)

    def alive(self) -> list[Process]:
        """Every process that the runner started, and what such a process left behind.

        By descent, because between fork and exec a child still has its parent's environment; and by environment,
        because an orphan has another parent.
        """
        below = processes.descendants(self._daemon.pid) if self._daemon else []
        marked = processes.with_environment(f"SUPERVISOR_SERVER_URL=unix://{self.layout.socket}")
        return sorted({*below, *marked})

    def occupy(self, name: str) -> None:
        """Somebody else's program of that name."""
        text = f"[program:{name}]\ncommand=/bin/sleep 1000\nautostart=true\nautorestart=false\nstartsecs=0\n"
        (self.layout.apps / f"{name}.conf").write_text(text)
        rpc = SupervisorRpc(str(self.layout.socket), 5.0)
        rpc.call("reloadConfig")
        rpc.call("addProcessGroup", name)
        while rpc.call("getProcessInfo", name)["statename"] != "RUNNING":
            time.sleep(0.02)

    def shown(self, name: str) -> str:
        """All that the runner tells about a pusher to whoever may ask it."""
        rpc = SupervisorRpc(str(self.layout.socket), 5.0)
        confs = "".join(path.read_text() for path in self.layout.pushers.glob("*.conf"))
        return f"{rpc.call('getProcessInfo', name)}{rpc.call('getAllConfigInfo')}{confs}"

    def left_behind(self) -> list[str]:
        """Files of pushers that were removed; locks and logs may stay."""
        files = (path for path in self.layout.pushers.iterdir() if path.suffix != ".lock")
        return sorted(path.name for path in files)

    def break_down(self) -> None:
        """The daemon dies, and as under the keeper its children with it."""
        assert self._daemon is not None
        below = processes.descendants(self._daemon.pid)
        self._daemon.kill()
        self._daemon.wait(10)
        assert processes.end(below, grace=1) == []
        self._daemon = None

    def hang(self) -> None:
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGCONT)

    def repair(self) -> None:
        command = [sys.executable, "-m", "supervisor.supervisord", "-n", "-s", "-c", str(self.layout.supervisord_conf)]
        self._daemon = subprocess.Popen(command, start_new_session=True)
        deadline = time.monotonic() + 10
        while not self._answers():
            assert time.monotonic() < deadline, "supervisord does not answer"
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            return bool(SupervisorRpc(str(self.layout.socket), 5.0).call("getState"))
        except Unreachable:
            return False

    def clear(self) -> None:
        """Nothing runs and nothing is known: as new."""
        rpc = SupervisorRpc(str(self.layout.socket), 10.0)
        for row in rpc.call("getAllProcessInfo"):
            # Its own waiting call answers a second late.
            with suppress(Fault):
                rpc.call("signalProcess", row["name"], "KILL")
            while rpc.call("getProcessInfo", row["name"])["pid"]:
                time.sleep(0.01)
            rpc.call("removeProcessGroup", row["group"])
        # A killed shell leaves what it was running.
        assert processes.end(self.alive(), grace=0) == []
        for folder in (self.layout.apps, self.layout.pushers):
            empty_folder(folder)

    def close(self) -> None:
        if self._daemon is not None:
            self.wake()
            self.break_down()
