"""All HTTP routes. No trailing slashes but in Django's own admin."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from cctv.health import favicon, healthz, readyz
from cctv.pages import style
from cctv.problems import api_not_found

handler500 = "cctv.pages.failed"
docs = SpectacularSwaggerSplitView.as_view(url_name="schema")
urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("admin/", admin.site.urls),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", docs, name="api-docs"),
    path("favicon.ico", favicon),
    path("style", style, name="style"),
    path("", include("accounts.urls")),
    path("", include("cameras.urls")),
    path("", include("streaming.urls")),
    path("", include("walls.urls")),
    re_path(r"^api/(?P<path>.*)$", api_not_found),
]
