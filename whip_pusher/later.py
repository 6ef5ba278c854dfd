"""From GStreamer's threads into the main loop's."""

from __future__ import annotations

from typing import Any

from whip_pusher.gst import GLib


def later(call: Any, *arguments: Any) -> None:
    """Call it in the main loop, in order with what else was put off."""

    def once() -> bool:
        call(*arguments)
        return False

    GLib.idle_add(once, priority=GLib.PRIORITY_DEFAULT)


def after(seconds: float, call: Any, *arguments: Any) -> None:
    """Call it once, so many seconds from now."""

    def once() -> bool:
        call(*arguments)
        return False

    GLib.timeout_add(int(seconds * 1000), once)


def once_within(seconds: float, call: Any) -> Any:
    """A function that calls it in the main loop; where nobody calls that in time, it is called anyway. Only once."""
    waiting = [call]

    def once() -> None:
        while waiting:
            waiting.pop()()

    after(seconds, once)
    return lambda: later(once)
