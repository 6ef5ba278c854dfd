"""Our end of the looker: a child that answers lines, started anew when it does not answer in time."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from deploy.local.layout import REPO

ANSWER_SECONDS = 8.0
START_SECONDS = 30.0


class Blind(Exception):
    """No answer, or the answer that a server is away."""


class Look:
    """Not for several threads."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._child: subprocess.Popen[bytes] | None = None

    def breaches(self) -> list[dict[str, Any]]:
        return cast(list[dict[str, Any]], self.ask("breaches"))

    def stream(self, camera_id: str) -> dict[str, Any]:
        """`state`, `generation` and `code` of its newest; {} where it had none."""
        found: dict[str, Any] = self.ask("rows")["streams"].get(camera_id, {})
        return found

    def leases(self, camera_id: str) -> list[str]:
        """Ids of those that are ACTIVE."""
        return [pk for camera, pk in self.ask("rows")["leases"] if camera == camera_id]

    def ask(self, what: str, *arguments: str) -> Any:
        """Raises Blind."""
        child = self._child or self._start()
        assert child.stdin is not None
        try:
            child.stdin.write(json.dumps([what, *arguments]).encode() + b"\n")
            child.stdin.flush()
        except OSError:
            self.close()
            raise Blind("the looker ended") from None
        return self._answer(child, ANSWER_SECONDS)

    def _start(self) -> subprocess.Popen[bytes]:
        # Dies with us, whatever happens: its standard input ends.
        self._child = subprocess.Popen(
            [sys.executable, "-m", "bench.faults.looker"],
            cwd=REPO,
            env={**os.environ, **self._environment, "LOG_LEVEL": "ERROR"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._answer(self._child, START_SECONDS)
        return self._child

    def _answer(self, child: subprocess.Popen[bytes], seconds: float) -> Any:
        assert child.stdout is not None
        with selectors.DefaultSelector() as waiting:
            waiting.register(child.stdout, selectors.EVENT_READ)
            line = child.stdout.readline() if waiting.select(seconds) else b""
        if not line:
            self.close()
            raise Blind(f"no answer within {seconds:.0f} s")
        found = json.loads(line)
        if "error" in found:
            raise Blind(found["error"])
        return found["answer"]

    def close(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait(timeout=10)


@contextmanager
def looking(environment: Mapping[str, str]) -> Iterator[Look]:
    found = Look(environment)
    try:
        yield found
    finally:
        found.close()
