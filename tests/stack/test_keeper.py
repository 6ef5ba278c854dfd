"""The keeper: supervisord comes back, nothing is doubled, nothing is left behind, nothing foreign is touched."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local import keeper, processes, redis_server, stack
from deploy.local.processes import Process
from deploy.local.stack import Stack
from tests.stack.conftest import ONLY_REDIS

pytestmark = pytest.mark.slow


def everything(of: Stack) -> list[Process]:
    kept = keeper.running(of.layout)
    return [kept, *processes.descendants(kept.pid)] if kept else []


def supervisord(of: Stack) -> Process:
    """The keeper's one child."""
    kept = keeper.running(of.layout)
    assert kept is not None
    found = processes.lookup(int((of.layout.run / "supervisord.pid").read_text()))
    assert found in processes.descendants(kept.pid)
    assert found is not None
    return found


def redis_processes(of: Stack) -> list[Process]:
    """By its title, which Redis writes over its environment."""
    title = f"redis-server 127.0.0.1:{of.ports.redis}"
    files = [path for path in Path("/proc").glob("[0-9]*/cmdline") if title in _text(path)]
    return [found for path in files if (found := processes.lookup(int(path.parent.name)))]


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def within(seconds: float, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_killed_supervisord_is_back_within_ten_seconds_and_nothing_is_doubled(running: Stack) -> None:
    daemon, (redis,) = supervisord(running), redis_processes(running)
    processes.send(daemon, signal.SIGKILL)
    within(10, lambda: not processes.alive(redis) and redis_server.ready(running.ports.redis))
    assert supervisord(running) != daemon
    assert len(redis_processes(running)) == 1


def test_a_killed_program_is_started_again(running: Stack) -> None:
    (redis,) = redis_processes(running)
    processes.send(redis, signal.SIGKILL)
    within(10, lambda: not processes.alive(redis) and redis_server.ready(running.ports.redis))


def test_sigterm_to_the_keeper_leaves_no_process(running: Stack) -> None:
    before = everything(running)
    assert len(before) == 3
    processes.send(before[0], signal.SIGTERM)
    assert processes.wait_gone(before, 20) == []
    assert redis_processes(running) == []
    assert not running.layout.children.exists()


def test_after_a_killed_keeper_the_next_start_ends_what_was_left(small: Stack) -> None:
    stack.start_services(small, ONLY_REDIS)
    before = everything(small)
    time.sleep(0.8)
    processes.send(before[0], signal.SIGKILL)
    assert processes.wait_gone(before[:1], 5) == []
    stack.start_services(small, ONLY_REDIS, follow=True)
    assert [process for process in before if processes.alive(process)] == []
    assert len(redis_processes(small)) == 1


def test_after_killed_keeper_and_supervisord_orphans_are_ended_by_the_record(small: Stack) -> None:
    stack.start_services(small, ONLY_REDIS)
    before = everything(small)
    time.sleep(0.8)
    for process in before[:2]:
        processes.send(process, signal.SIGKILL)
    assert processes.wait_gone(before[:2], 5) == []
    keeper.end_leftovers(small.layout)
    assert [process for process in before if processes.alive(process)] == []


def test_a_pid_that_is_now_somebody_else_is_not_ended(small: Stack) -> None:
    small.layout.make()
    bystander = subprocess.Popen(["/bin/sleep", "60"])
    found = processes.lookup(bystander.pid)
    assert found is not None
    processes.write_record(small.layout.children, [Process(found.pid, found.started - 1)])
    keeper.end_leftovers(small.layout)
    assert bystander.poll() is None
    processes.write_record(small.layout.children, [found])
    keeper.end_leftovers(small.layout)
    assert bystander.wait(5) == -signal.SIGTERM


def test_a_stack_that_follows_ends_with_its_parent(small: Stack) -> None:
    code = (
        "import sys; from deploy.local import stack, ports, layout\n"
        "here = stack.Stack(layout.Layout.at(sys.argv[1]), ports.free_ports())\n"
        "stack.start_services(here, ('redis',), follow=True)\n"
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    )
    command = [sys.executable, "-c", code, str(small.layout.data)]
    subprocess.run(command, timeout=60, check=False)
    within(15, lambda: keeper.running(small.layout) is None)
    assert redis_processes(small) == []


def test_only_one_keeper_keeps_a_stack(running: Stack) -> None:
    command = ["-m", "deploy.local", "keep", "--data", str(running.layout.data)]
    second = subprocess.run([sys.executable, *command], capture_output=True, text=True, timeout=60)
    assert second.returncode == 1
    assert "already kept" in second.stderr
    assert redis_server.ready(running.ports.redis)
