"""A WebSocket as a browser that is logged in opens it."""

from __future__ import annotations

import json
from typing import Any

from channels.db import database_sync_to_async as sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from accounts.models import User
from cctv.asgi import application

ORIGIN = (b"origin", b"http://localhost")
Header = tuple[bytes, bytes]


def cookie_of(user: User) -> Header:
    client = Client()
    client.force_login(user)
    return (b"cookie", f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}".encode())


async def opened(path: str, *headers: Header) -> tuple[WebsocketCommunicator, bool]:
    socket = WebsocketCommunicator(application, path, headers=[(b"host", b"localhost"), *headers])
    connected, _ = await socket.connect(timeout=5)
    return socket, connected


async def logged_in(path: str, user: User) -> WebsocketCommunicator:
    return (await opened(path, ORIGIN, await sync_to_async(cookie_of)(user)))[0]


async def told(socket: WebsocketCommunicator, seconds: float = 5.0) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await socket.receive_from(timeout=seconds))
    return message
