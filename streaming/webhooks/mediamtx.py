"""POST /webhook/mediamtx: MediaMTX asks whether somebody may read (https://mediamtx.org/docs/features/authentication).

204 allows and 401 refuses, without a body: MediaMTX would log it. No session and no CSRF: what is shown in the question
is the credential. From inside only; the proxy in front refuses the path.
"""

from __future__ import annotations

import json
import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cctv.errors import DomainError
from cctv.problems import response
from streaming.requests import busy_without_database
from streaming.services.gateway_auth import admit_reader
from streaming.webhooks.bodies import body

log = logging.getLogger(__name__)
MAX_BODY = 16 * 1024  # bytes
FIELDS = ("user", "password", "action", "path", "protocol", "id", "query")


@csrf_exempt
@require_POST
@busy_without_database
def mediamtx(request: HttpRequest) -> HttpResponse:
    try:
        asked = _asked(request)
    except DomainError as error:
        return response(error)
    try:
        admit_reader(asked)
    except DomainError as error:
        # RTSP asks without credentials first, so that a plain no is nothing to tell.
        level = logging.INFO if asked["password"] or asked["query"] else logging.DEBUG
        log.log(level, "reader refused: %s", error.code, extra={"path": asked["path"], "protocol": asked["protocol"]})
        return HttpResponse(status=401)
    return HttpResponse(status=204)


def _asked(request: HttpRequest) -> dict[str, str]:
    """Every field as text, null as empty. DomainError 400 `malformed`, 413 `too_large`."""
    try:
        asked = json.loads(body(request, largest=MAX_BODY))
        return {name: _text(asked[name]) for name in FIELDS}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DomainError("malformed", 400) from None


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("not a text")
    value.encode()  # a half of a surrogate pair is no text either
    return value
