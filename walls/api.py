"""`/api/v1/walls`: one's own walls and those shared with one's agencies."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.models import User
from cctv.errors import DomainError
from walls.access import visible_walls, wall_for
from walls.answers import rows, whole
from walls.models import Wall
from walls.serializers import WallIn, WallPut
from walls.services import WallDetails, wall_create, wall_delete, wall_save

FRESH = {"Cache-Control": "no-store"}


class WallList(APIView):
    @extend_schema(operation_id="walls", responses={200: dict})
    def get(self, request: Request) -> Response:
        return Response(rows(request.user, visible_walls(request.user)), headers=FRESH)

    @extend_schema(operation_id="wall_create", request=WallIn, responses={201: dict})
    def post(self, request: Request) -> Response:
        """Walls belong to people: a service account has none."""
        if not isinstance(request.user, User):
            raise DomainError("forbidden", 403)
        wall = wall_create(owner=request.user, details=_details(_checked(WallIn, request)))
        headers = FRESH | {"Location": reverse("api-wall", args=[wall.pk])}
        return Response(whole(request.user, wall), status=201, headers=headers)


class WallDetail(APIView):
    @extend_schema(operation_id="wall", responses={200: dict})
    def get(self, request: Request, wall_id: int) -> Response:
        return Response(whole(request.user, wall_for(request.user, wall_id)), headers=FRESH)

    @extend_schema(operation_id="wall_save", request=WallPut, responses={200: dict})
    def put(self, request: Request, wall_id: int) -> Response:
        wall = self._changed(request, wall_id)
        body = _checked(WallPut, request)
        saved = wall_save(caller=request.user, wall=wall, version=body["version"], details=_details(body))
        return Response(whole(request.user, saved), headers=FRESH)

    @extend_schema(operation_id="wall_delete", responses={204: None})
    def delete(self, request: Request, wall_id: int) -> Response:
        wall_delete(wall=self._changed(request, wall_id))
        return Response(status=204)

    def _changed(self, request: Request, wall_id: int) -> Wall:
        return wall_for(request.user, wall_id, change=True)


def _checked(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    checked: dict[str, Any] = body.validated_data
    return checked


def _details(body: dict[str, Any]) -> WallDetails:
    return {"name": body["name"], "layout": body["layout"], "agency": body["agency"] or None, "tiles": body["tiles"]}
