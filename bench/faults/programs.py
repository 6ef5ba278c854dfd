"""The stack's programs, hurt by pid and by their own supervisor."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bench.local import Local
from deploy.local.processes import Process, descendants, lookup, send
from streaming.media.supervisor_rpc import Fault, SupervisorRpc, Unreachable

STOP_SECONDS = 20.0


class Programs:
    def __init__(self, local: Local) -> None:
        self._local = local

    @property
    def rpc(self) -> SupervisorRpc:
        return self._local.stack.rpc()

    def process(self, name: str) -> Process | None:
        """None where it does not run."""
        try:
            pid = self._local.pids().get(name)
        except (Unreachable, Fault):
            return None
        return lookup(pid) if pid else None

    def kill(self, *names: str) -> None:
        """kill -9, all at once: with whatever each of them had started."""
        found = [process for name in names if (process := self.process(name))]
        if len(found) < len(names):
            raise LookupError(f"not all of {', '.join(names)} run")
        for process in found:
            send(process, signal.SIGKILL)

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """Alive, with its connections open, and silent."""
        process = self.process(name)
        if process is None:
            raise LookupError(f"{name} does not run")
        every = [process, *descendants(process.pid)]
        for one in every:
            send(one, signal.SIGSTOP)
        try:
            yield
        finally:
            for one in every:
                send(one, signal.SIGCONT)

    def stop(self, name: str) -> None:
        """As supervisorctl does; returns when it has ended."""
        self.rpc.call("stopProcess", name, False)
        deadline = time.monotonic() + STOP_SECONDS
        while self.process(name) is not None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name} does not stop")
            time.sleep(0.05)

    def start(self, name: str) -> None:
        self.rpc.call("startProcess", name, False)

    @contextmanager
    def stopped(self, name: str) -> Iterator[None]:
        self.stop(name)
        try:
            yield
        finally:
            self.start(name)

    def supervisord(self) -> Process:
        found = lookup(int(self.rpc.call("getPID")))
        assert found is not None
        return found

    def group_goes(self, name: str) -> None:
        """Whatever of it is still there."""
        with suppress(Unreachable, Fault, TimeoutError):
            self.stop(name)
        with suppress(Unreachable, Fault):
            self.rpc.call("removeProcessGroup", name)
