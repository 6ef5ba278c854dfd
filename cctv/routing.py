"""WebSocket routes."""

from __future__ import annotations

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from streaming.routing import urlpatterns

websockets = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(urlpatterns)))
