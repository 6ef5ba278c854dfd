"""/ws/dashboard: the page of live numbers. All of it at once, then the parts that changed, at most twice a second.

Where nothing changes an empty message comes every ten seconds, so that a page can tell quiet from lost.
"""

from __future__ import annotations

import json
import time
from typing import Any

from channels.db import database_sync_to_async

from streaming.consumers.base import WatchingConsumer
from streaming.events import REFUSALS, STATS
from streaming.services.dashboard import dashboard

QUIET = 10.0  # seconds without a word at most, but for the pause between two looks


class DashboardConsumer(WatchingConsumer):
    """A part that did not change is left out; a socket that comes back begins with all of them."""

    pause = 0.5

    async def opened(self) -> list[str]:
        self._told: dict[str, str] = {}
        self._spoke = 0.0
        return [STATS, REFUSALS]

    def read(self) -> dict[str, Any]:
        return dashboard(self.caller)

    async def _send_changes(self) -> None:
        while True:
            self._nudge.clear()
            parts = await database_sync_to_async(self._read)()
            said = {name: json.dumps(part) for name, part in parts.items()}
            await self._tell({name: parts[name] for name, text in said.items() if self._told.get(name) != text})
            self._told = said
            await self._nudged()

    async def _tell(self, parts: dict[str, Any]) -> None:
        if parts or time.monotonic() - self._spoke >= QUIET:
            await self.send(text_data=json.dumps({"type": "dashboard", **parts}))
            self._spoke = time.monotonic()
