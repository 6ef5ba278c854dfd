"""The body of a webhook, before anybody is believed: bounded."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

from cctv.errors import DomainError


def body(request: HttpRequest, *, largest: int) -> bytes:
    """DomainError 413 `too_large` above `largest` bytes."""
    try:
        raw = request.body
    except RequestDataTooBig:
        raise DomainError("too_large", 413) from None
    if len(raw) > largest:
        raise DomainError("too_large", 413)
    return raw
