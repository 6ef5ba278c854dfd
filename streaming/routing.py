"""WebSocket routes."""

from __future__ import annotations

from django.urls import path

from streaming.consumers.cameras import CamerasConsumer
from streaming.consumers.dashboard import DashboardConsumer
from streaming.consumers.reservation import ReservationConsumer
from streaming.consumers.stats import StatsConsumer

urlpatterns = [
    path("ws/reservations/<str:reservation_id>", ReservationConsumer.as_asgi()),
    path("ws/stats", StatsConsumer.as_asgi()),
    path("ws/dashboard", DashboardConsumer.as_asgi()),
    path("ws/cameras", CamerasConsumer.as_asgi()),
]
