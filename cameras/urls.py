from __future__ import annotations

from django.urls import path

from cameras import api, first_run, pages

urlpatterns = [
    path("", pages.camera_list, name="camera-list"),
    path("start", first_run.start, name="start"),
    path("cameras/<str:camera_id>", pages.camera_detail, name="camera-detail"),
    path("api/v1/cameras", api.CameraList.as_view(), name="api-cameras"),
    path("api/v1/cameras/<str:camera_id>", api.CameraDetail.as_view(), name="api-camera"),
    path("api/v1/agencies", api.AgencyList.as_view(), name="api-agencies"),
]
