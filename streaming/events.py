"""Tells the browsers that something changed. A message is only a nudge: whoever gets it reads the rows.

Sent after commit from a thread of its own with one lasting connection, so that a request never waits for
Redis; a lost message costs nothing but time, because every socket also looks by itself now and then.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

from channels.layers import get_channel_layer
from django.db import transaction

log = logging.getLogger(__name__)
TIMEOUT = 1.0  # seconds a message may take
STATS = "stats"
CAMERAS = "cameras"
REFUSALS = "refusals"


def camera_group(camera_pk: int) -> str:
    return f"camera_{camera_pk}"


class _Sender:
    """An event loop in a daemon thread, started with the first message (so after any fork)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failing = False

    def send(self, groups: list[str], message: dict[str, Any]) -> None:
        asyncio.run_coroutine_threadsafe(self._send(groups, message), self._running())

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="events", daemon=True).start()
            return self._loop

    async def _send(self, groups: list[str], message: dict[str, Any]) -> None:
        layer = get_channel_layer()
        try:
            async with asyncio.timeout(TIMEOUT):
                for group in groups:
                    await layer.group_send(group, message)
        except Exception as error:  # noqa: BLE001  # whatever Redis does, a nudge lost is no error
            self._note(failing=True, error=error)
        else:
            self._note(failing=False)

    def _note(self, *, failing: bool, error: Exception | None = None) -> None:
        """The first failure and the recovery are logged, not each message."""
        if failing != self._failing:
            self._failing = failing
            log.warning("nudges fail: %s", error) if failing else log.info("nudges go out again")


_sender = _Sender()


def _after_commit(groups: list[str], message: dict[str, Any]) -> None:
    transaction.on_commit(lambda: _sender.send(groups, message), robust=True)


def stream_changed(camera_pk: int) -> None:
    """A stream or a lease of this camera changed: its viewers' sockets and the numbers look again."""
    _after_commit([camera_group(camera_pk), STATS], {"type": "changed"})


def refused() -> None:
    """Somebody was refused: nothing of any camera changed, but the feed of refusals did."""
    _after_commit([REFUSALS], {"type": "changed"})


def camera_state_changed(camera_pk: int) -> None:
    """The camera went away or came back."""
    _after_commit([CAMERAS], {"type": "camera.changed", "camera": camera_pk})
