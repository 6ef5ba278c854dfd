"""`/api/v1/preferences`: what the page's own switches save."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.serializers import PreferencesBody
from accounts.services import preferences_set
from cctv.errors import DomainError


class PreferencesView(APIView):
    @extend_schema(operation_id="preferences", responses=PreferencesBody)
    def get(self, request: Request) -> Response:
        return Response(PreferencesBody(_person(request)).data)

    @extend_schema(operation_id="preferences_update", request=PreferencesBody(partial=True), responses=PreferencesBody)
    def patch(self, request: Request) -> Response:
        """What is left out stays."""
        person = _person(request)
        body = PreferencesBody(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        preferences_set(user=person, **body.validated_data)
        return Response(PreferencesBody(person).data)


def _person(request: Request) -> User:
    """A service account reads nothing, so it prefers nothing."""
    if not isinstance(request.user, User):
        raise DomainError("forbidden", 403)
    return request.user
