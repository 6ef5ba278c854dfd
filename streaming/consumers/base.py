"""A socket that sends what it reads when it changed: nudged, coalesced, and by itself now and then."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.utils import translation

from accounts.models import ServiceAccount, User
from accounts.preferences import as_read_by, language_of
from cameras.access import Caller
from cctv.errors import DomainError
from cctv.problems import body
from streaming.services.tickets import still_active

log = logging.getLogger(__name__)
REFUSED, ENDED, GONE = 4403, 4410, 4404  # close codes of ours


class WatchingConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """Subclasses give `groups_of`, `read` (in a thread) and may override `done`."""

    every = 5.0  # seconds between two looks without a nudge
    pause = 0.2  # at least this long between two looks

    async def connect(self) -> None:
        self._nudge = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        caller = self.scope.get("user")
        await self.accept()
        if not isinstance(caller, User | ServiceAccount):
            await self._refuse(DomainError("not_authenticated", 401))
            return
        self.caller: Caller = caller
        self._task = asyncio.create_task(self._watch())

    async def disconnect(self, code: int) -> None:
        if self._task is not None:
            self._task.cancel()
        await self.closed(code)

    async def changed(self, message: dict[str, Any]) -> None:
        self._nudge.set()

    async def closed(self, code: int) -> None:
        """After the socket closed; `code` as the client gave it."""

    async def opened(self) -> list[str]:
        """Raises DomainError to refuse; answers the groups to listen to."""
        raise NotImplementedError

    def read(self) -> dict[str, Any]:
        """The message as it would be now; runs in a thread, in the caller's language."""
        raise NotImplementedError

    def done(self, message: dict[str, Any]) -> bool:
        return False

    async def _watch(self) -> None:
        try:
            for group in await self.opened():
                await self.channel_layer.group_add(group, self.channel_name)
            await self._send_changes()
        except DomainError as error:
            await self._refuse(error)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("socket failed")
            await self.close(1011)

    async def _send_changes(self) -> None:
        last = ""
        while True:
            self._nudge.clear()
            message = await database_sync_to_async(self._read)()
            if (text := json.dumps(message)) != last:
                await self.send(text_data=text)
                last = text
            if self.done(message):
                await self.close(ENDED)
                return
            await self._nudged()

    async def _nudged(self) -> None:
        await asyncio.sleep(self.pause)
        try:
            async with asyncio.timeout(self.every):
                await self._nudge.wait()
        except TimeoutError:
            return

    def _read(self) -> dict[str, Any]:
        if not still_active(self.caller):
            raise DomainError("not_authenticated", 401)
        language = self._language()
        with as_read_by(self.caller, language) if isinstance(self.caller, User) else translation.override(language):
            return self.read()

    def _language(self) -> str:
        headers = dict(self.scope.get("headers", []))
        cookie = self.scope.get("cookies", {}).get(settings.LANGUAGE_COOKIE_NAME, "")
        return language_of(self.caller, cookie=cookie, accept=headers.get(b"accept-language", b"").decode("latin-1"))

    async def _refuse(self, error: DomainError) -> None:
        await self.send(text_data=json.dumps({**body(error.code, error.http_status, error.params), "type": "error"}))
        await self.close(GONE if error.http_status == 404 else REFUSED)
