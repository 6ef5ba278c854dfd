"""WebSockets: a session cookie with an Origin of ours, or a one-use ticket; an unknown path is closed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import re_path

from streaming.routing import urlpatterns
from streaming.services.tickets import ticket_take

App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class Unknown(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    async def connect(self) -> None:
        await self.close(4404)


class TicketOrCookie:
    """`?ticket=` names its caller and needs no Origin, since no browser sends it by itself."""

    def __init__(self, by_cookie: App, by_ticket: App) -> None:
        self._by_cookie = by_cookie
        self._by_ticket = by_ticket

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        tickets = parse_qs(scope.get("query_string", b"").decode(errors="replace")).get("ticket")
        if not tickets:
            await self._by_cookie(scope, receive, send)
            return
        user = await database_sync_to_async(ticket_take)(tickets[0])
        await self._by_ticket({**scope, "user": user, "cookies": {}}, receive, send)


router = URLRouter([*urlpatterns, re_path(r"", Unknown.as_asgi())])
websockets = TicketOrCookie(AllowedHostsOriginValidator(AuthMiddlewareStack(router)), router)
