"""Every API error as application/problem+json (RFC 9457) with our `code`."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from cctv.errors import DomainError
from cctv.reasons import text

log = logging.getLogger(__name__)
DRF_CODES: dict[type[Exception], str] = {
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.AuthenticationFailed: "invalid_credentials",
    exceptions.PermissionDenied: "forbidden",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.ParseError: "malformed",
    exceptions.ValidationError: "invalid",
    exceptions.NotFound: "not_found",
    exceptions.Throttled: "throttled",
    Http404: "not_found",
}


def body(code: str, status: int, params: dict[str, Any]) -> dict[str, Any]:
    return {"type": "about:blank", "title": text(code, params), "status": status, "code": code, **params}


def _headers(error: DomainError) -> dict[str, str]:
    return {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}


def response(error: DomainError) -> JsonResponse:
    """For views outside DRF."""
    return JsonResponse(
        body(error.code, error.http_status, error.params),
        status=error.http_status,
        content_type="application/problem+json",
        headers=_headers(error),
    )


def _rendered(code: str, status: int, params: dict[str, Any], headers: dict[str, str]) -> Response:
    answer = Response(body(code, status, params), status=status, headers=headers)
    answer.content_type = "application/problem+json"
    return answer


def _drf_code(error: exceptions.APIException) -> str:
    named = getattr(error.detail, "code", None)
    generic = {"authentication_failed", "permission_denied", "error", "parse_error", "not_found", None}
    if isinstance(named, str) and named not in generic | {error.default_code}:
        return named
    return next((code for kind, code in DRF_CODES.items() if isinstance(error, kind)), "error")


def _unstorable(error: Exception) -> bool:
    """What no column can hold: a NUL character, an offset beyond all rows."""
    return isinstance(error, DataError) or (isinstance(error, ValueError) and "NUL" in str(error))


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook; None lets Django answer 500."""
    if isinstance(error, DomainError):
        return _rendered(error.code, error.http_status, error.params, _headers(error))
    if isinstance(error, RequestDataTooBig):
        return _rendered("too_large", 413, {}, {})
    if isinstance(error, OperationalError | InterfaceError):
        log.warning("database away: %s", error)
        return _rendered("busy", 503, {}, {"Retry-After": "1"})
    if _unstorable(error):
        return _rendered("invalid", 400, {}, {})
    if isinstance(error, Http404):
        return _rendered("not_found", 404, {}, {})
    if not isinstance(error, exceptions.APIException):
        return None
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    params = {"fields": error.detail} if isinstance(error, exceptions.ValidationError) else {}
    return _rendered(_drf_code(error), error.status_code, params, headers)


def api_not_found(request: HttpRequest, path: str = "") -> JsonResponse:
    return response(DomainError("not_found", 404))
