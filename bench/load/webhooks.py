"""What the fake LiveKit tells the product by webhook, signed as LiveKit signs it (docs.livekit.io, "Webhooks")."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from google.protobuf.json_format import MessageToJson
from livekit import api

from bench.load.wire import Wire

Tell = Callable[[str, api.Room, api.ParticipantInfo | None], None]


class Webhooks:
    """`answers`: how often each status came back."""

    def __init__(self, port: int, key: str, secret: str) -> None:
        self.answers: Counter[int] = Counter()
        self._wire = Wire("127.0.0.1", port, fewest=4)
        self._key, self._secret = key, secret
        self._told = 0
        self._under_way: set[asyncio.Task[None]] = set()

    def tell(self, event: str, room: api.Room, who: api.ParticipantInfo | None = None) -> None:
        """Not waited for. LiveKit names in it whom it is about, without the tracks."""
        self._told += 1
        about = api.ParticipantInfo(sid=who.sid, identity=who.identity, metadata=who.metadata) if who else None
        said = api.WebhookEvent(
            event=event, room=room, participant=about, id=f"EV_{self._told:012d}", created_at=int(time.time())
        )
        self._start(self._send(MessageToJson(said, indent=None).encode()))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _send(self, body: bytes) -> None:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        token = api.AccessToken(self._key, self._secret).with_sha256(digest).to_jwt()
        answer = await self._wire.ask("POST", "/webhook/livekit", body, token, scheme="")
        self.answers[answer.status] += 1
