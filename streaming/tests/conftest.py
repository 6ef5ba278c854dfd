"""Rows with the plane in memory, tasks run in place, and a clock that tests move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from cctv import clock
from streaming import tasks
from streaming.media import plane as plane_module
from streaming.media.plane import Plane
from streaming.tests.memory_plane import Memory, MemoryGateway, MemoryRunner, MemorySfu


def use_plane(monkeypatch: pytest.MonkeyPatch, found: Plane) -> None:
    """Whoever asks for the plane gets this one."""
    modules = [
        "lifecycle.bring_up", "lifecycle.tear_down", "lifecycle.watch", "lifecycle.reconciling", "lifecycle.world",
        "lifecycle.transcoding", "lifecycle.hls_sessions", "services.answers", "services.tokens",
        "lifecycle.removing", "lifecycle.layering", "lifecycle.silence", "signalling", "diagnosis.usage",
        "diagnosis.status", "lifecycle.one_each", "services.viewers", "services.streams_now",
    ]  # fmt: skip
    for name in modules:
        monkeypatch.setattr(f"streaming.{name}.plane", lambda: found)
    monkeypatch.setattr(plane_module, "plane", lambda: found)
    for name in ("signalling", "lifecycle.reconciling"):
        monkeypatch.setattr(f"streaming.{name}.signalling", lambda: found.sfu)


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    """The world outside."""
    made = Memory()
    use_plane(monkeypatch, Plane(sfu=MemorySfu(made), gateway=MemoryGateway(made), runner=MemoryRunner(made)))  # type: ignore[arg-type]
    monkeypatch.setattr("streaming.lifecycle.reconciling.SECOND_LOOK", 0)
    return made


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...]]]:
    """Tasks that would have gone to the broker."""
    jobs: list[tuple[str, tuple[Any, ...]]] = []
    monkeypatch.setattr(tasks, "send", lambda task, *args: jobs.append((task.name.rpartition(".")[2], args)))
    monkeypatch.setattr(tasks._courier, "take", lambda task, *args: tasks.send(task, *args))
    return jobs


@pytest.fixture
def later() -> Iterator[Callable[[float], None]]:
    """`later(5)`: five more seconds have passed."""

    def move(count: float) -> None:
        clock.offset += timedelta(seconds=count)

    yield move
    clock.offset = timedelta(0)


@pytest.fixture
def work(sent: list[tuple[str, tuple[Any, ...]]]) -> Callable[[], None]:
    """One tick of beat and worker: what is overdue, then every task until none is left."""

    def run() -> None:
        tasks.pushers()
        tasks.overdue()
        while sent:
            name, args = sent.pop(0)
            getattr(tasks, name)(*args)

    return run
