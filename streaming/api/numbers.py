"""The live page's numbers without a socket, what they were, and who fills an agency's limit."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from quotas.series import SPANS
from streaming.requests import caller_of
from streaming.services.dashboard import dashboard
from streaming.services.history import history
from streaming.services.viewers import holders

NO_STORE = {"Cache-Control": "no-store"}


class DashboardView(APIView):
    """What `/ws/dashboard` sends first: `{numbers, audited, viewers, events, refusals}`."""

    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        return Response(dashboard(caller_of(request)), headers=NO_STORE)


class HistoryView(APIView):
    """`{span, step, at, viewers, streams, refusals, agencies: {code: {peak, limit}}}`; an unknown span is the hour."""

    @extend_schema(parameters=[OpenApiParameter("span", enum=list(SPANS))], responses={200: dict})
    def get(self, request: Request) -> Response:
        return Response(history(caller_of(request), request.query_params.get("span")), headers=NO_STORE)


class HoldersView(APIView):
    """Which cameras fill the agency's limit, and who watches them, for those who may know."""

    @extend_schema(responses={200: {"type": "array", "items": {"type": "object"}}})
    def get(self, request: Request, code: str) -> Response:
        return Response(holders(caller_of(request), code), headers=NO_STORE)
