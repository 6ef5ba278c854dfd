"""Bringing a local stack up, in the order in which its parts need each other, and down again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from deploy.local import (
    choice,
    containers,
    keeper,
    media_servers,
    ports,
    postgres,
    processes,
    programs,
    readiness,
    redis_server,
    supervisord_conf,
)
from deploy.local.choice import Choice
from deploy.local.environment import EMBEDDED, environment
from deploy.local.errors import StackError
from deploy.local.layout import REPO, Layout
from deploy.local.ports import Ports
from deploy.local.secret_files import make_secrets
from streaming.media.supervisor_rpc import ALREADY_STARTED, Fault, SupervisorRpc, Unreachable

TITLES = {
    "postgres": "PostgreSQL",
    "redis": "Redis",
    "janus": "Janus",
    "livekit": "LiveKit",
    "ingress": "LiveKit Ingress",
    "mediamtx": "MediaMTX",
    "front": "HAProxy",
}
KEEPER_START_SECONDS, KEEPER_STOP_SECONDS = 30.0, 60.0


@dataclass(frozen=True)
class Stack:
    layout: Layout
    ports: Ports
    plane: Choice = EMBEDDED

    def environment(self) -> dict[str, str]:
        return environment(self.layout, self.ports, plane=self.plane)

    def rpc(self) -> SupervisorRpc:
        return SupervisorRpc(str(self.layout.socket), 5.0)


def initialise(stack: Stack, wanted: tuple[str, ...] = programs.SERVICES) -> None:
    """Make what is not there yet: folders, secrets, database cluster; write every configuration anew."""
    layout = stack.layout
    layout.make()
    make_secrets(layout)
    if "postgres" in wanted:
        postgres.initialise(layout)
    redis_server.initialise(layout, stack.ports.redis)
    keeper.empty_folder(layout.apps)
    keeper.empty_folder(layout.pushers)
    supervisord_conf.write_main(layout, programs.services(layout, stack.ports, wanted))
    ports.save(layout, stack.ports)
    choice.save(layout, stack.plane)


def start_services(
    stack: Stack, wanted: tuple[str, ...] = programs.SERVICES, *, also: tuple[str, ...] = (), follow: bool = False
) -> None:
    """Start keeper, supervisord and the servers in `wanted`, and wait for each.

    `also`: ports that must be free because they are used later. `follow`: the stack ends with this process.
    """
    keeper.end_leftovers(stack.layout)
    media_servers.refuse_missing(wanted)
    listening = [port for name in wanted for port in ports.OF_SERVICE.get(name, (name,))]
    names = list(dict.fromkeys([*listening, *also]))
    ports.refuse_taken(stack.ports, names, host=programs.web_host())
    initialise(stack, wanted)
    _start_keeper(stack.layout, follow=follow)
    for name in wanted:
        wait_service(stack, name)


def _start_keeper(layout: Layout, *, follow: bool) -> None:
    command = [sys.executable, "-m", "deploy.local", "keep", "--data", str(layout.data)]
    command += ["--follow", str(os.getpid())] if follow else []
    with layout.log_file("keeper").open("ab") as log:
        child = subprocess.Popen(
            command, cwd=REPO, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    readiness.wait(
        "The keeper",
        lambda: keeper.running(layout) is not None or _died(child),
        log=layout.log_file("keeper"),
        seconds=KEEPER_START_SECONDS,
    )


def _died(child: subprocess.Popen[bytes]) -> bool:
    if child.poll() is not None:
        raise StackError(f"The keeper ended at once with code {child.returncode}; see log/keeper.log in the data dir.")
    return False


def start_service(stack: Stack, name: str) -> None:
    """Start one that was not in `wanted` (tests start Janus like this); nothing if it runs."""
    try:
        stack.rpc().call("startProcess", name, False)
    except Fault as fault:
        if fault.code != ALREADY_STARTED:
            raise
    wait_service(stack, name)


def wait_service(stack: Stack, name: str) -> None:
    at = stack.ports
    answers: dict[str, Callable[[], bool]] = {
        "postgres": lambda: postgres.ready(stack.layout, at.postgres),
        "redis": lambda: redis_server.ready(at.redis),
        "janus": lambda: readiness.http_status(at.janus, "/janus/info") == 200,
        "livekit": lambda: readiness.http_status(at.livekit, "/") == 200,
        "ingress": lambda: readiness.http_status(at.ingress_health, "/health") == 200,
        "mediamtx": lambda: readiness.http_status(at.mediamtx, "/v3/paths/list") == 200,
        # It has nothing to answer with before the web server runs.
        "front": lambda: readiness.listens(at.web),
    }
    where = f"{TITLES[name]} on 127.0.0.1:{getattr(at, ports.OF_SERVICE.get(name, (name,))[0])}"
    readiness.wait(where, answers[name], log=stack.layout.log_file(name))


def titles(names: Iterable[str]) -> str:
    *first, last = [TITLES[name] for name in names]
    return f"{', '.join(first)} and {last}"


def stop(layout: Layout) -> None:
    """End the stack, whoever started it; raises StackError if something is left."""
    found, plane = keeper.running(layout), choice.saved(layout)
    if found:
        processes.send(found, signal.SIGTERM)
        if processes.wait_gone([found], KEEPER_STOP_SECONDS):
            raise StackError(f"The keeper (pid {found.pid}) did not end; see {layout.log_file('keeper')}.")
    keeper.end_leftovers(layout)
    if plane:
        containers.remove_pushers(plane)


def remove(layout: Layout) -> None:
    """End the stack and remove its data; the cluster and the socket may lie outside the data dir."""
    stop(layout)
    for folder in (layout.postgres, layout.socket.parent, layout.data):
        shutil.rmtree(folder, ignore_errors=True)


def program_states(stack: Stack) -> dict[str, str]:
    """Program → state word, empty where supervisord does not answer."""
    try:
        rows = stack.rpc().call("getAllProcessInfo")
    except (Unreachable, Fault):
        return {}
    now = time.time()
    return {str(row["name"]): f"{row['statename']} pid {row['pid']} for {now - row['start']:.0f} s" for row in rows}
