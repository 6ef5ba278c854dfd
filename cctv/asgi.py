"""ASGI: HTTP by Django, WebSockets by Channels (cookie and Origin checked, or a one-use ticket)."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cctv.settings")
from django.core.asgi import get_asgi_application  # settings need the variable above

http = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402  # apps must be loaded first

from cctv.routing import websockets  # noqa: E402
from cctv.startup import refuse_wrong_settings  # noqa: E402

refuse_wrong_settings()
application = ProtocolTypeRouter({"http": http, "websocket": websockets})
