"""Routes of streaming. `camera_<id>` in /hls and /whip is the name of path and room."""

from __future__ import annotations

from django.urls import path

from streaming import hls, metrics, pages, signalling, staff_pages
from streaming.api import numbers, reservations, views
from streaming.webhooks.livekit import livekit
from streaming.webhooks.mediamtx import mediamtx

API = "api/v1"
urlpatterns = [
    path(f"{API}/stream/reserve", reservations.ReserveView.as_view(), name="reserve"),
    path(f"{API}/stream/reservations/<str:reservation_id>", reservations.ReservationView.as_view(), name="reservation"),
    path(f"{API}/stream/heartbeat/<str:reservation_id>", reservations.HeartbeatView.as_view(), name="heartbeat"),
    path(f"{API}/stream/release/<str:reservation_id>", reservations.ReleaseView.as_view(), name="release"),
    path(f"{API}/stream/token/<str:camera_id>", reservations.TokenView.as_view(), name="token"),
    path(f"{API}/stream/reservations/<str:reservation_id>/offer", signalling.OfferView.as_view(), name="offer"),
    path(f"{API}/stream/reservations/<str:reservation_id>/answer", signalling.AnswerView.as_view(), name="answer"),
    path(f"{API}/stream/stats", views.StatsView.as_view(), name="stream-stats"),
    path(f"{API}/stream/dashboard", numbers.DashboardView.as_view(), name="stream-dashboard"),
    path(f"{API}/stream/history", numbers.HistoryView.as_view(), name="stream-history"),
    path(f"{API}/agencies/<str:code>/holders", numbers.HoldersView.as_view(), name="agency-holders"),
    path(f"{API}/connection", views.ConnectionView.as_view(), name="connection"),
    path(f"{API}/streams", views.StreamsView.as_view(), name="streams"),
    path(f"{API}/events", views.EventsView.as_view(), name="events"),
    path(f"{API}/cameras/<str:camera_id>/snapshot", views.SnapshotView.as_view(), name="snapshot"),
    path(f"{API}/cameras/<str:camera_id>/poster", views.PosterView.as_view(), name="poster"),
    path(f"{API}/ws-ticket", views.TicketView.as_view(), name="ws-ticket"),
    path("whip/<str:room>", signalling.whip, name="whip"),
    path("whip/<str:room>/<str:resource>", signalling.whip_resource, name="whip-resource"),
    path("webhook/livekit", livekit, name="webhook-livekit"),
    path("webhook/mediamtx", mediamtx, name="webhook-mediamtx"),
    path("hls/<str:path>/<str:file>", hls.hls_file, name="hls"),
    path("metrics", metrics.metrics, name="metrics"),
    path("stats", pages.stats_page, name="stats"),
    path("streams", staff_pages.streams_page, name="streams-page"),
    path("streams/<int:pk>/stop", staff_pages.stream_stop_page, name="stream-stop"),
    path("streams/<int:pk>/reset", staff_pages.stream_reset_page, name="stream-reset"),
    path("connection-test", pages.connection_test_page, name="connection-test"),
]
