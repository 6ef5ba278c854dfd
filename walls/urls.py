from __future__ import annotations

from django.urls import path

from walls import api, pages

urlpatterns = [
    path("wall", pages.wall_page, name="wall"),
    path("walls/<int:wall_id>", pages.saved_wall_page, name="wall-saved"),
    path("api/v1/walls", api.WallList.as_view(), name="api-walls"),
    path("api/v1/walls/<int:wall_id>", api.WallDetail.as_view(), name="api-wall"),
]
