"""/ws/stats: the live numbers, at most five times a second."""

from __future__ import annotations

from typing import Any

from streaming.consumers.base import WatchingConsumer
from streaming.events import STATS
from streaming.services.numbers import stats


class StatsConsumer(WatchingConsumer):
    async def opened(self) -> list[str]:
        return [STATS]

    def read(self) -> dict[str, Any]:
        return {"type": "stats", **stats(self.caller)}
