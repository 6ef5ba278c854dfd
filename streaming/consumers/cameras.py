"""/ws/cameras: cameras that went away or came back, as far as the caller may see them."""

from __future__ import annotations

import json
from typing import Any

from channels.db import database_sync_to_async

from cameras.access import visible_cameras
from cctv.reasons import text
from streaming.consumers.base import WatchingConsumer
from streaming.events import CAMERAS


class CamerasConsumer(WatchingConsumer):
    """One message per change, and a look at everything each 5 s in case one was lost."""

    async def opened(self) -> list[str]:
        self._known: dict[str, dict[str, Any]] | None = None
        return [CAMERAS]

    async def camera_changed(self, message: dict[str, Any]) -> None:
        self._nudge.set()

    async def _send_changes(self) -> None:
        while True:
            self._nudge.clear()
            now = (await database_sync_to_async(self._read)())["cameras"]
            if self._known is not None:
                await self._tell([row for name, row in now.items() if self._known.get(name) != row])
            self._known = now
            await self._nudged()

    async def _tell(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            await self.send(text_data=json.dumps({"type": "camera", **row}))

    def read(self) -> dict[str, Any]:
        rows = visible_cameras(self.caller).values_list("camera_id", "state", "state_since", "state_code")
        return {
            "cameras": {
                camera_id: {
                    "camera_id": camera_id,
                    "state": state,
                    "since": since.isoformat() if since else None,
                    "code": code,
                    "text": text(code) if code else "",
                }
                for camera_id, state, since, code in rows
            }
        }
