"""What all views here share: the caller, and a checked body."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from rest_framework.request import Request
from rest_framework.serializers import Serializer

from cameras.access import Caller
from cctv.errors import DomainError

S = TypeVar("S", bound=Serializer[Any])


def caller_of(request: Request) -> Caller:
    return cast(Caller, request.user)


def checked(kind: type[S], request: Request) -> dict[str, Any]:
    """The validated body; raises 400 `malformed` (no object) or `invalid` with the fields."""
    if not isinstance(request.data, dict):
        raise DomainError("malformed", 400)
    serializer = kind(data=request.data)
    serializer.is_valid(raise_exception=True)
    return cast(dict[str, Any], serializer.validated_data)
