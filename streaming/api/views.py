"""Numbers, streams, events, snapshots, WebSocket tickets, the connection self-test."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.http import http_date
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.access import visible_agencies
from cameras.watermark import watermark_for
from streaming.models import Snapshot, Stream, StreamEvent
from streaming.requests import caller_of
from streaming.serializers import StreamEventRow, StreamRow
from streaming.services.connection import connection
from streaming.services.numbers import stats
from streaming.services.snapshots import poster_for, snapshot_for
from streaming.services.tickets import ticket_make


class StatsView(APIView):
    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        return Response(stats(caller_of(request)), headers={"Cache-Control": "no-store"})


class ConnectionView(APIView):
    """What the connection self-test tries: `{sfu, livekit_url, ice_servers, hls_base}`."""

    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        return Response(connection(caller_of(request)), headers={"Cache-Control": "no-store"})


class StreamsView(ListAPIView[Stream]):
    """Streams of the agencies one may see, newest first; `?state=`, `?camera_id=`."""

    serializer_class = StreamRow

    def get_queryset(self) -> QuerySet[Stream]:
        rows = Stream.objects.select_related("camera", "agency")
        rows = rows.filter(agency__in=visible_agencies(caller_of(self.request)).order_by())
        for name, column in (("state", "state"), ("camera_id", "camera__camera_id")):
            if value := self.request.query_params.get(name):
                rows = rows.filter(**{column: value})
        return rows.order_by("-pk")


class EventsView(ListAPIView[StreamEvent]):
    """What happened, newest first; `?camera_id=`."""

    serializer_class = StreamEventRow

    def get_queryset(self) -> QuerySet[StreamEvent]:
        rows = StreamEvent.objects.select_related("stream__camera")
        rows = rows.filter(stream__agency__in=visible_agencies(caller_of(self.request)).order_by())
        if camera_id := self.request.query_params.get("camera_id"):
            rows = rows.filter(stream__camera__camera_id=camera_id)
        return rows.order_by("-pk")


class SnapshotView(APIView):
    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, camera_id: str) -> HttpResponse:
        return _jpeg(snapshot_for(caller_of(request), camera_id))


class PosterView(APIView):
    """What a player shows until its first frame. Where there is none, 204: an error would be one in each console."""

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY, 204: None})
    def get(self, request: Request, camera_id: str) -> HttpResponse:
        caller = caller_of(request)
        picture = poster_for(caller, camera_id)
        if picture is None:
            return HttpResponse(status=204, headers={"Cache-Control": "no-store"})
        answer = _jpeg(picture)
        answer["X-Watermark"] = quote(watermark_for(caller, picture.camera.agency))
        return answer


def _jpeg(picture: Snapshot) -> HttpResponse:
    headers = {"Cache-Control": "private, no-store", "Last-Modified": http_date(picture.taken_at.timestamp())}
    return HttpResponse(bytes(picture.jpeg), content_type="image/jpeg", headers=headers)


class TicketView(APIView):
    @extend_schema(request=None, responses={201: dict})
    def post(self, request: Request) -> Response:
        answer: dict[str, Any] = ticket_make(caller_of(request))
        return Response(answer, status=201, headers={"Cache-Control": "no-store"})
