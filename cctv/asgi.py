"""ASGI: HTTP by Django, WebSockets by Channels (cookie and Origin checked, or a one-use ticket)."""

from __future__ import annotations

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cctv.settings")
django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter  # noqa: E402  # apps must be loaded first

from cctv.handler import OneThreadHandler  # noqa: E402
from cctv.routing import websockets  # noqa: E402
from cctv.startup import refuse_wrong_settings  # noqa: E402
from streaming.api.beat_door import HeartbeatDoor  # noqa: E402

refuse_wrong_settings()
application = ProtocolTypeRouter({"http": HeartbeatDoor(OneThreadHandler()), "websocket": websockets})
gc.freeze()  # what is loaded by now stays: the collector need not look at it with every request
