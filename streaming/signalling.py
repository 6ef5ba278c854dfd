"""SDP over HTTP where the SFU has no signalling of its own: WHIP in (RFC 9725), and the viewer's offer and answer."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.models import CAMERA_ID
from cctv.errors import DomainError
from cctv.problems import response
from streaming.media.plane import plane, signalling
from streaming.media.ports import MediaError, Signalling
from streaming.models import Reservation
from streaming.requests import busy_without_database, caller_of, checked
from streaming.serializers import OfferAnswer, SdpRequest
from streaming.services.callers import reservation_for
from streaming.services.renewing import check_still_allowed, ended, viewer_joined
from streaming.services.transports import admit_webrtc
from streaming.states import PLAYING, ReservationState

MAX_SDP = 64 * 1024  # bytes
STATUS = {
    "whip_unauthorised": 401,
    "superseded": 409,
    "bad_sdp": 400,
    "stream_not_live": 409,
    "peer_gone": 409,
    "sfu_unreachable": 503,
    "room_gone": 503,
}


def _sfu() -> Signalling:
    found = signalling()
    if found is None:
        raise DomainError("not_found", 404)
    return found


def _refusal(error: MediaError) -> DomainError:
    status = STATUS.get(error.code, 502)
    return DomainError(error.code, status, retry_after=1 if status in {409, 503} else None)


def _watched(request: Request, reservation_id: str) -> tuple[Reservation, Signalling]:
    lease = reservation_for(caller_of(request), reservation_id)
    if lease.state != ReservationState.ACTIVE:
        raise ended(lease)
    if lease.stream.state not in PLAYING:
        raise DomainError("stream_not_live", 409, retry_after=1)
    check_still_allowed(caller_of(request), lease)
    return lease, _sfu()


class OfferView(APIView):
    @extend_schema(request=None, responses={200: OfferAnswer})
    def post(self, request: Request, reservation_id: str) -> Response:
        lease, sfu = _watched(request, reservation_id)
        admit_webrtc(lease)
        try:
            offer = sfu.viewer_offer(lease.camera.camera_id, str(lease.pk))
        except MediaError as error:
            raise _refusal(error) from error
        answer = {"type": "offer", "sdp": offer.sdp, "tracks": offer.tracks}
        return Response(answer, headers={"Cache-Control": "no-store"})


class AnswerView(APIView):
    @extend_schema(request=SdpRequest, responses={204: None})
    def post(self, request: Request, reservation_id: str) -> Response:
        sdp = checked(SdpRequest, request)["sdp"]
        lease, sfu = _watched(request, reservation_id)
        try:
            sfu.viewer_answer(lease.camera.camera_id, str(lease.pk), sdp)
        except MediaError as error:
            raise _refusal(error) from error
        viewer_joined(lease.pk, lease.camera_id)
        return Response(status=204)


def _camera_id(room: str) -> str:
    """The inverse of names.room."""
    inner = room.removeprefix("camera_").removesuffix(settings.NAME_SUFFIX)
    if not room.startswith("camera_") or not re.fullmatch(CAMERA_ID, inner):
        raise DomainError("not_found", 404)
    return inner


def _bearer(request: HttpRequest) -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise DomainError("whip_unauthorised", 401)
    return key.strip()


def _problem(error: DomainError) -> HttpResponse:
    answer = response(error)
    if error.http_status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


@csrf_exempt  # authorised by its own key, never by a cookie
@require_http_methods(["POST", "OPTIONS"])
@busy_without_database
def whip(request: HttpRequest, room: str) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Accept-Post": "application/sdp"})
    try:
        return _publish(request, room)
    except MediaError as error:
        return _problem(_refusal(error))
    except DomainError as error:
        return _problem(error)


def _publish(request: HttpRequest, room: str) -> HttpResponse:
    camera_id, key = _camera_id(room), _bearer(request)
    if request.content_type != "application/sdp":
        raise DomainError("unsupported_media_type", 415)
    if int(request.headers.get("Content-Length") or 0) > MAX_SDP:
        raise DomainError("too_large", 413)
    resource, answer = _published(camera_id, key, _sdp(request))
    headers = {"Location": f"/whip/{room}/{resource}", "Cache-Control": "no-store"}
    return HttpResponse(answer, status=201, content_type="application/sdp", headers=headers)


def _published(camera_id: str, key: str, sdp: str) -> tuple[str, str]:
    """An SFU that was started anew knows no rooms: a pusher that comes back, with a key that is good, gets its own."""
    try:
        return _sfu().whip_publish(camera_id, key, sdp)
    except MediaError as error:
        if error.code != "room_gone":
            raise
    plane().sfu.ensure_room(camera_id)
    return _sfu().whip_publish(camera_id, key, sdp)


def _sdp(request: HttpRequest) -> str:
    try:
        return request.body.decode(errors="replace")
    except RequestDataTooBig:
        raise DomainError("too_large", 413) from None


@csrf_exempt  # as above
@require_http_methods(["DELETE"])
@busy_without_database
def whip_resource(request: HttpRequest, room: str, resource: str) -> HttpResponse:
    try:
        camera_id, key = _camera_id(room), _bearer(request)
        _sfu().whip_delete(camera_id, key, resource)
    except MediaError as error:
        return _problem(_refusal(error))
    except DomainError as error:
        return _problem(error)
    return HttpResponse(status=200)
