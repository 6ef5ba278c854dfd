"""`python -m deploy.local COMMAND [--data DIR]`: the local stack by hand. The Makefile names the usual ways."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
import threading
from pathlib import Path

from deploy.local import choice, demo, keeper, ports, processes, programs, stack
from deploy.local.errors import StackError
from deploy.local.layout import REPO, Layout
from deploy.local.session import session, slots
from deploy.local.stack import Stack

COMMANDS = {
    "demo": "everything, in the foreground; Ctrl-C ends it",
    "up": "everything, in the background; the last line is JSON",
    "services": "PostgreSQL, Redis and Janus only, in the background (--only chooses)",
    "down": "end everything",
    "status": "what runs",
    "logs": "follow the logs",
    "env": "the settings of this stack as shell lines",
    "run": "a command in this stack's settings: run -- COMMAND",
    "with": "a command with a PostgreSQL and Redis of its own: with -- COMMAND",
    "clean": "end everything and remove the data",
    "keep": "the keeper (started by the others)",
}


def flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("command", choices=list(COMMANDS), help="; ".join(f"{k}: {v}" for k, v in COMMANDS.items()))
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("DEMO_DATA") or REPO / ".data"))
    parser.add_argument("--ports-base", type=int, help="count ports from here instead of the defaults")
    parser.add_argument("--only", default=",".join(programs.SERVICES), help="services, comma-separated")
    parser.add_argument("--follow", type=int, help=argparse.SUPPRESS)
    parser.add_argument("words", nargs="*", metavar="COMMAND", help="for run and with, after --")
    return parser.parse_args()


def here(options: argparse.Namespace) -> Stack:
    """The stack in the data dir: with the ports it runs on, else with those of the settings."""
    layout = Layout.at(options.data)
    if keeper.running(layout) and (saved := ports.saved(layout)):
        return Stack(layout, saved, choice.saved(layout) or choice.Choice())
    return Stack(layout, ports.from_environment(base=options.ports_base), choice.from_environment())


def run_demo(options: argparse.Namespace) -> None:
    found = here(options)
    if keeper.running(found.layout):
        raise StackError("The demo runs already in the background: see `make demo-status`, end it by `make demo-down`.")
    asked_to_end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: _interrupt(asked_to_end))
    try:
        demo.bring_up(found, follow=True)
        _show(found)
        while not asked_to_end.wait(0.5) and keeper.running(found.layout):
            pass
    except KeyboardInterrupt:
        pass
    finally:
        _ignore_signals()
        print("demo: stopping", file=sys.stderr, flush=True)
        stack.stop(found.layout)


def _interrupt(asked_to_end: threading.Event) -> None:
    asked_to_end.set()
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    """A second, impatient Ctrl-C must not leave half of it running; every step has its deadline."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _show(found: Stack) -> None:
    words = demo.access(found)
    lines = [f"  {name:<10}{value}" for name, value in words.items()]
    print("\n".join(["", *lines, "", "  Ctrl-C ends the demo.", ""]), flush=True)


def run_up(options: argparse.Namespace) -> None:
    found = here(options)
    demo.bring_up(found)
    print(demo.access_line(found), flush=True)


def run_services(options: argparse.Namespace) -> None:
    found = here(options)
    if not keeper.running(found.layout):
        stack.start_services(found, tuple(options.only.split(",")))


def run_down(options: argparse.Namespace) -> None:
    stack.stop(Layout.at(options.data))


def run_status(options: argparse.Namespace) -> None:
    found = here(options)
    kept = keeper.running(found.layout)
    print(f"keeper pid {kept.pid}" if kept else "not running")
    for name, state in stack.program_states(found).items():
        print(f"{name:<60} {state}")


def run_logs(options: argparse.Namespace) -> None:
    files = [str(path) for path in demo.log_files(here(options))]
    if not files:
        raise StackError("There are no logs yet.")
    os.execvp("tail", ["tail", "-n", "20", "-F", *files])  # noqa: S606 - becomes tail, so that Ctrl-C is tail's


def run_env(options: argparse.Namespace) -> None:
    for name, value in sorted(here(options).environment().items()):
        print(f"export {name}={shlex.quote(value)}")


def run_run(options: argparse.Namespace) -> int:
    return _call(options.words, here(options).environment())


def run_with(options: argparse.Namespace) -> int:
    with session() as found:
        return _call(options.words, found.environment())


def _call(words: list[str], environment: dict[str, str]) -> int:
    if not words:
        raise StackError("Say which command, after --.")
    return subprocess.run(words, cwd=REPO, env={**os.environ, **environment}).returncode


def run_clean(options: argparse.Namespace) -> None:
    """The test stacks below the data dir too; PostgreSQL's folder may lie elsewhere."""
    for data in [options.data, *slots(options.data)]:
        if data.exists():
            stack.remove(Layout.at(data))


def run_keep(options: argparse.Namespace) -> None:
    follow = processes.lookup(options.follow) if options.follow else None
    keeper.Keeper(Layout.at(options.data), follow=follow).run()


def main() -> int:
    options = flags()
    try:
        return globals()[f"run_{options.command}"](options) or 0
    except StackError as error:
        print(f"{error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
