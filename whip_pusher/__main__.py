"""Entry: `python3 -m whip_pusher` pushes, `… snapshot` takes one picture, `… --check` looks at a camera, `… --health`
asks a pusher how it is, `… --version` shows that it can start."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

from whip_pusher.exits import ENDING, Exit

USAGE = (
    "usage: python3 -m whip_pusher [snapshot [--width PIXELS] | --check [--seconds S] [--file PATH | - | URL] "
    "| --health | --version]"
)


def push() -> Exit:
    # What asks for the end waits until somebody can answer it. A container's first process would never hear of it
    # otherwise: a signal that it has no handler for is thrown away.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    # Here, because a health check needs none of it and runs every minute beside each camera.
    from whip_pusher import config as settings
    from whip_pusher.events import Reporter
    from whip_pusher.redact import Redactor
    from whip_pusher.settings import SettingError

    def ended(number: int, _frame: object) -> None:
        """While nothing has begun. What the program itself writes with may be in the middle of a line."""
        with suppress(OSError), os.fdopen(os.dup(1), "w", encoding="utf-8") as stdout:
            Reporter(settings.echo(os.environ), Redactor([]), stdout).exit(Exit.OK, signal.Signals(number).name)
        os._exit(Exit.OK)

    for number in ENDING:
        signal.signal(number, ended)  # until `Run.start` has its own
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    try:
        config = settings.load(os.environ)
    except SettingError as error:
        Reporter(settings.echo(os.environ), Redactor([])).exit(error.exit, str(error))
        return error.exit
    reporter = Reporter(config.echo, config.redactor())
    reporter.emit("starting", mode=config.mode, hls=config.hls is not None)
    try:
        from whip_pusher.run import Run  # After `starting`: a machine without GStreamer then still says why it ends.

        return Run(config, reporter).start()
    except Exception as error:  # noqa: BLE001 the outermost door: whatever it is, the last line must say so
        reporter.exit(Exit.INTERNAL, f"{type(error).__name__}: {error}")
        return Exit.INTERNAL


def main() -> int:
    arguments = sys.argv[1:]
    if not arguments:
        return push()
    if arguments[0] == "snapshot":
        from whip_pusher.snapshot import snapshot

        return snapshot(arguments[1:])
    if arguments[0] == "--check":
        from whip_pusher.check import check

        return check(arguments[1:])
    if arguments == ["--health"]:
        from whip_pusher import health_check

        return health_check.check(os.environ)
    if arguments == ["--version"]:
        from whip_pusher.gst import Gst

        print(f"whip_pusher on {Gst.version_string()}")
        return Exit.OK
    print(USAGE, file=sys.stderr)
    return Exit.BAD_SETTING


if __name__ == "__main__":
    code = main()
    # Whoever read may be gone; Python has no stdout at all where it was closed from the start.
    with suppress(OSError, ValueError, AttributeError):
        sys.stdout.flush()
    # Without Python's and GStreamer's own clean-up, which may wait for a camera that is gone.
    os._exit(code)
