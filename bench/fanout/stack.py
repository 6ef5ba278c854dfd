"""A stack of its own: the embedded plane with the product's own deadlines, and small cameras more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.local import Local
from deploy.local import choice
from deploy.local.layout import REPO, Layout
from deploy.local.ports import Ports, saved
from deploy.local.stack import Stack

DATA = REPO / ".data" / "fanout"
SETTINGS = {"INSTANCE_ID": "cctv-fanout", "NAME_SUFFIX": "-fanout"}
UP_SECONDS, DOWN_SECONDS = 180.0, 60.0


@contextmanager
def running(ports_base: int, *, cameras: int) -> Iterator[Local]:
    """From an empty database, with so many extra cameras; the end is certain, whatever happens inside."""
    _command("clean", seconds=DOWN_SECONDS)
    try:
        words = _command("up", "--ports-base", str(ports_base), seconds=UP_SECONDS, cameras=cameras)
        found = Layout.at(DATA)
        here = Stack(found, saved(found) or Ports(), choice.saved(found) or choice.Choice())
        yield Local(here, json.loads(words.splitlines()[-1]))
    finally:
        _command("down", seconds=DOWN_SECONDS)


def _command(*words: str, seconds: float, cameras: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local", words[0], "--data", str(DATA), *words[1:]],
        cwd=REPO,
        env={**os.environ, **SETTINGS, "DEMO_CAMERAS": str(cameras)},
        stdout=subprocess.PIPE,
        text=True,
        timeout=seconds,
    )
    if done.returncode != 0:
        raise RuntimeError(f"deploy.local {words[0]} ended with code {done.returncode}")
    return done.stdout
