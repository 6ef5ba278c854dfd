"""The load generator as its starter has it: a child that is asked by lines, and that ends with us."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench import usage
from bench.load.beliefs import Look, look_of
from deploy.local.layout import REPO

PATIENCE, LONGEST = 20.0, 90.0


class Generator:
    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child

    def ask(self, do: str, **more: Any) -> Any:
        """Its answer. TimeoutError where there is none `seconds`, which some of these take, and a while later."""
        assert self._child.stdin
        assert self._child.stdout
        self._child.stdin.write(json.dumps({"do": do, **more}) + "\n")
        self._child.stdin.flush()
        ready, _, _ = select.select([self._child.stdout], [], [], more.get("seconds", 0.0) + LONGEST)
        if not ready:
            raise TimeoutError(f"the load generator does not answer: {do}")
        if not (line := self._child.stdout.readline()):
            raise RuntimeError("the load generator ended")
        return json.loads(line)

    def look(self) -> Look:
        return look_of(self.ask("look"))

    def cpu(self) -> float:
        return usage.cpu_seconds(self._child.pid)


@contextmanager
def generating(site: dict[str, Any], *, web: int, media: int) -> Iterator[Generator]:
    """It ends when its stdin is closed, so also where we are killed."""
    command = [sys.executable, "-m", "bench.load.crowd", str(web), str(media)]
    child = subprocess.Popen(command, cwd=REPO, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin
    try:
        child.stdin.write(json.dumps(site) + "\n")
        yield Generator(child)
    finally:
        child.stdin.close()
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
