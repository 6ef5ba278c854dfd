"""Reserve, look, heartbeat, release, token (DESIGN §5)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cctv.errors import DomainError
from cctv.parsers import DeepJSONParser
from streaming.requests import caller_of, checked
from streaming.serializers import HeartbeatRequest, ReservationAnswer, ReserveRequest
from streaming.services import tokens
from streaming.services.answers import reservation_answer
from streaming.services.callers import caller_key, reservation_for
from streaming.services.idempotency import once
from streaming.services.releasing import release
from streaming.services.renewing import heartbeat
from streaming.services.reserving import reserve
from streaming.services.waiting import MOST, wait_until_live
from streaming.states import Quality, Transport


def _wait(request: Request) -> float:
    try:
        seconds = float(request.query_params.get("wait", 0))
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= MOST:
        raise DomainError("invalid", 400, fields={"wait": [f"0…{MOST}"]})
    return seconds


class ReserveView(APIView):
    @extend_schema(
        request=ReserveRequest,
        responses={201: ReservationAnswer},
        parameters=[
            OpenApiParameter("wait", float, description="Seconds to wait for LIVE, at most 15"),
            OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER),
        ],
    )
    def post(self, request: Request) -> Response:
        wait, caller = _wait(request), caller_of(request)
        body: bytes = request._request.body
        with once(caller_key(caller), request.headers.get("Idempotency-Key"), body) as first:
            if first.answer is not None:
                lease, reused = reservation_for(caller, first.answer["reservation_id"]), first.answer["reused"] == "yes"
            else:
                lease, reused = self._reserve(request)
                first.keep({"reservation_id": str(lease.pk), "reused": "yes" if reused else "no"}, 201)
        if wait:
            lease = wait_until_live(lease, wait)
        return Response(reservation_answer(lease, caller, reused=reused), status=201, headers=NO_STORE)

    def _reserve(self, request: Request) -> Any:
        body = checked(ReserveRequest, request)
        return reserve(
            caller=caller_of(request),
            camera_id=body["camera_id"],
            quality=Quality(body["quality"]),
            transport=Transport(body["transport"]),
            user_id=body.get("user_id"),
        )


NO_STORE = {"Cache-Control": "no-store"}


class ReservationView(APIView):
    @extend_schema(responses={200: ReservationAnswer})
    def get(self, request: Request, reservation_id: str) -> Response:
        caller = caller_of(request)
        return Response(reservation_answer(reservation_for(caller, reservation_id), caller), headers=NO_STORE)


class HeartbeatView(APIView):
    @extend_schema(request=HeartbeatRequest, responses={200: dict})
    def post(self, request: Request, reservation_id: str) -> Response:
        report = checked(HeartbeatRequest, request)
        beat = heartbeat(caller=caller_of(request), reservation_id=reservation_id, report=report)
        return Response(tokens.beat_answer(beat), headers=NO_STORE)


class ReleaseView(APIView):
    """DELETE, or POST for `sendBeacon`, whose form body carries the CSRF token."""

    parser_classes = [DeepJSONParser, FormParser, MultiPartParser]

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, reservation_id: str) -> Response:
        release(caller=caller_of(request), reservation_id=reservation_id)
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, reservation_id: str) -> Response:
        return self.delete(request, reservation_id)


class TokenView(APIView):
    @extend_schema(
        parameters=[OpenApiParameter("reservation_id", str)],
        responses={200: dict},
    )
    def get(self, request: Request, camera_id: str) -> Response:
        lease = tokens.lease_for_token(caller_of(request), camera_id, request.query_params.get("reservation_id"))
        return Response(tokens.token_answer(lease), headers=NO_STORE)
