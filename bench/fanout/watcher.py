"""Asking `bench.fanout.world`, and waiting until what it tells is zero."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.local import Local
from deploy.local.layout import REPO

ANSWER_SECONDS = 30.0
LOOK_EVERY = 0.2
# In this order they are told; each must be 0 when nobody watches.
ZERO = ("leases", "peers", "streams", "pushers", "programs", "ingests", "rooms", "sessions")
World = dict[str, Any]


class Watcher:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line)
        self._lines.put("")

    def look(self, *, rooms: bool = False) -> World:
        """TimeoutError or RuntimeError where no answer comes."""
        assert self._process.stdin is not None
        self._process.stdin.write("rooms\n" if rooms else "\n")
        self._process.stdin.flush()
        try:
            line = self._lines.get(timeout=ANSWER_SECONDS)
        except queue.Empty as error:
            raise TimeoutError("the world was not told in time") from error
        if not line:
            raise RuntimeError("bench.fanout.world ended")
        found: World = json.loads(line)
        return found


@contextmanager
def watcher(local: Local) -> Iterator[Watcher]:
    environment = {**os.environ, **local.stack.environment()}
    command = [sys.executable, "-m", "bench.fanout.world"]
    process = subprocess.Popen(
        command, cwd=REPO, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Watcher(process)
    finally:
        process.terminate()
        process.wait(10)


def until_zero(look: Callable[[], World], seconds: float) -> tuple[dict[str, float], dict[str, int]]:
    """Seconds until each was 0 and stayed so, and what is left after `seconds`, {} if nothing."""
    began = time.monotonic()
    since: dict[str, float] = {}
    while True:
        asked, found = time.monotonic() - began, look()
        left = {name: int(found[name]) for name in ZERO if found[name]}
        since = {name: since.get(name, asked) for name in ZERO if name not in left}
        if not left or asked > seconds:
            return since, left
        time.sleep(LOOK_EVERY)
