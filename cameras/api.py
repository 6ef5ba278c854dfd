"""`/api/v1/cameras` and `/api/v1/agencies`: what the caller may see, changed where he manages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.access import camera_for, managed_agencies, manages_agency, visible_agencies, visible_cameras
from cameras.models import Agency, Camera, CameraGroup
from cameras.search import search
from cameras.serializers import AgencyOut, CameraIn, CameraOut, CameraPatch, CameraQuery
from cameras.services import camera_archive, camera_create, camera_update
from cctv.errors import DomainError


class Pages(LimitOffsetPagination):
    max_limit = 500


class AgencyList(APIView):
    @extend_schema(operation_id="agencies", responses=AgencyOut(many=True))
    def get(self, request: Request) -> Response:
        return Response(AgencyOut(visible_agencies(request.user), many=True).data)


class CameraList(GenericAPIView[Camera]):
    pagination_class = Pages

    @extend_schema(operation_id="cameras", parameters=[CameraQuery], responses=CameraOut(many=True))
    def get(self, request: Request) -> Response:
        query = CameraQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = search(visible_cameras(request.user).select_related("agency"), **query.validated_data)
        return self.get_paginated_response(CameraOut(self.paginate_queryset(found), many=True).data)

    @extend_schema(operation_id="camera_create", request=CameraIn, responses={201: CameraOut})
    def post(self, request: Request) -> Response:
        body = CameraIn(data=request.data)
        body.is_valid(raise_exception=True)
        agency = _agency_managed(request, body.validated_data["agency"])
        camera = camera_create(**_changes(body.validated_data, agency, moved_to=agency))
        where = reverse("api-camera", args=[camera.camera_id])
        return Response(CameraOut(camera).data, status=201, headers={"Location": where})


class CameraDetail(APIView):
    @extend_schema(operation_id="camera", responses=CameraOut)
    def get(self, request: Request, camera_id: str) -> Response:
        return Response(CameraOut(camera_for(request.user, camera_id)).data)

    @extend_schema(operation_id="camera_update", request=CameraPatch, responses=CameraOut)
    def patch(self, request: Request, camera_id: str) -> Response:
        camera = _camera_managed(request, camera_id)
        body = CameraPatch(data=request.data)
        body.is_valid(raise_exception=True)
        changes = body.validated_data
        if changes.pop("camera_id", camera_id) != camera_id:
            raise DomainError("invalid", 400, fields={"camera_id": [_("The ID of a camera never changes.")]})
        moved_to = _agency_managed(request, changes["agency"]) if "agency" in changes else None
        changes = _changes(changes, moved_to or camera.agency, moved_to)
        return Response(CameraOut(camera_update(camera=camera, **changes)).data)

    @extend_schema(operation_id="camera_archive", responses={204: None})
    def delete(self, request: Request, camera_id: str) -> Response:
        camera_archive(camera=_camera_managed(request, camera_id))
        return Response(status=204)


def _camera_managed(request: Request, camera_id: str) -> Camera:
    """A camera that may not even be seen is not found; one that may only be seen is forbidden."""
    camera = camera_for(request.user, camera_id)
    if not manages_agency(request.user, camera.agency):
        raise DomainError("agency_forbidden", 403)
    return camera


def _agency_managed(request: Request, code: str) -> Agency:
    """An unknown agency is answered like a foreign one."""
    agency = managed_agencies(request.user).filter(code=code).first()
    if agency is None:
        raise DomainError("agency_forbidden", 403)
    return agency


def _changes(fields: dict[str, Any], owner: Agency, moved_to: Agency | None) -> dict[str, Any]:
    """Codes and keys of the request as rows; `owner` is whose groups may be named."""
    changes = {name: value for name, value in fields.items() if name != "agency"}
    if moved_to is not None:
        changes["agency"] = moved_to
    if changes.get("group") is not None:
        changes["group"] = CameraGroup.objects.filter(agency=owner, pk=changes["group"]).first()
        if changes["group"] is None:
            raise DomainError("invalid", 400, fields={"group": [_("There is no such group in this agency.")]})
    return changes
