"""POST /webhook/livekit: signed by LiveKit over the body; no session, and so no CSRF token either."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cctv.errors import DomainError
from cctv.problems import response
from streaming.requests import busy_without_database
from streaming.services.webhook_hints import livekit_told
from streaming.webhooks.bodies import body

MAX_BODY = 64 * 1024  # bytes; a room with its codecs and an ingress take 2 kB


@csrf_exempt
@require_POST
@busy_without_database
def livekit(request: HttpRequest) -> HttpResponse:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    try:
        livekit_told(body(request, largest=MAX_BODY), token)
    except DomainError as error:
        return response(error)
    return HttpResponse(status=204)
