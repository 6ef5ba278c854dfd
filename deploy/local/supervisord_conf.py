"""Writes supervisord's configuration: our servers and programs, each restarted when it ends, each with its own log."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from deploy.local.layout import REPO, Layout
from deploy.local.secret_files import write_private
from streaming.media.supervisor_format import environment_line, escaped


@dataclass(frozen=True, kw_only=True)
class Program:
    name: str
    command: Sequence[str]
    priority: int
    user: str | None = None
    stop_signal: str = "TERM"
    stop_seconds: int = 10
    autostart: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)


def section(layout: Layout, program: Program) -> str:
    lines = {
        "command": escaped(shlex.join(program.command)),
        # A server of another user may not be able to enter the folder we lie in.
        "directory": escaped("/" if program.user else str(REPO)),
        "priority": program.priority,
        "autostart": str(program.autostart).lower(),
        "autorestart": "true",
        "startsecs": 1,
        # A server that another one waits for must never be given up; supervisord waits longer each time.
        "startretries": 1000,
        "stopsignal": program.stop_signal,
        "stopwaitsecs": program.stop_seconds,
        # PostgreSQL's own processes must be ended by PostgreSQL; a group is only killed, never asked.
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": escaped(str(layout.log_file(program.name))),
        "stdout_logfile_maxbytes": "5MB",
        "stdout_logfile_backups": 2,
    }
    if program.user:
        lines["user"] = program.user
    if program.environment:
        lines["environment"] = environment_line(program.environment)
    return f"[program:{program.name}]\n" + "".join(f"{key}={value}\n" for key, value in lines.items())


def write_main(layout: Layout, programs: Sequence[Program]) -> None:
    write_private(layout.supervisord_conf, _head(layout) + "\n" + "\n".join(section(layout, p) for p in programs))


def write_apps(layout: Layout, programs: Sequence[Program]) -> None:
    for program in programs:
        write_private(layout.apps / f"{program.name}.conf", section(layout, program))


def _head(layout: Layout) -> str:
    run = escaped(str(layout.run))
    user = "user=root\n" if os.geteuid() == 0 else ""
    return f"""; Written by deploy.local at each start.
[unix_http_server]
file={escaped(str(layout.socket))}
chmod=0700

[supervisord]
logfile={escaped(str(layout.log_file("supervisord")))}
logfile_maxbytes=5MB
logfile_backups=2
pidfile={run}/supervisord.pid
childlogdir={escaped(str(layout.log))}
minfds=2048
{user}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[include]
files={escaped(str(layout.apps))}/*.conf {escaped(str(layout.pushers))}/*.conf
"""
