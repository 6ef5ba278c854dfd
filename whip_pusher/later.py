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
