"""What all views here share: the caller, a checked body, and an answer while the database is away."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from cameras.access import Caller
from cctv.errors import DomainError
from cctv.problems import response

S = TypeVar("S", bound=Serializer[Any])
View = TypeVar("View", bound=Callable[..., HttpResponse])
log = logging.getLogger(__name__)


def caller_of(request: Request) -> Caller:
    return cast(Caller, request.user)


def checked(kind: type[S], request: Request) -> dict[str, Any]:
    """The validated body; raises 400 `malformed` (no object) or `invalid` with the fields."""
    if not isinstance(request.data, dict):
        raise DomainError("malformed", 400)
    serializer = kind(data=request.data)
    serializer.is_valid(raise_exception=True)
    return cast(dict[str, Any], serializer.validated_data)


def busy_without_database(view: View) -> View:
    """503 `busy` while PostgreSQL is away, as DRF's views answer; for those outside of it."""

    @wraps(view)
    def door(*args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            log.warning("database away: %s", error)
            return response(DomainError("busy", 503, retry_after=1))

    return cast(View, door)
