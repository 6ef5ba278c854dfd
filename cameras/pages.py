"""The list of cameras, and the page of one camera."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cameras.access import camera_for, managed_agencies, manages_agency, may_watch, visible_agencies, visible_cameras
from cameras.models import Camera, CameraState
from cameras.search import search
from cameras.watermark import watermark_for
from cctv.errors import DomainError

PER_PAGE = 24


@login_required
@require_safe
def camera_list(request: HttpRequest) -> HttpResponse:
    """`cameras/list.html`.

    `cameras`: a Page of Camera (with agency); `agencies`: visible ones; `states`: (value, label) pairs;
    `filters`: {q, agency, state} as asked; `query`: them as a query string for page links, ends in & unless empty;
    `managed`: agencies the reader manages, asked for only where there is no camera.
    """
    filters = {name: request.GET.get(name, "").strip()[:100] for name in ("q", "agency", "state")}
    seen = visible_cameras(request.user).select_related("agency", "group")
    found = search(seen, q=filters["q"], agency=filters["agency"], state=filters["state"])
    context = {
        "cameras": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "agencies": visible_agencies(request.user),
        "states": CameraState.choices,
        "filters": filters,
        "query": _query(request, filters),
        "managed": managed_agencies(request.user),
    }
    return render(request, "cameras/list.html", context)


@login_required
@require_safe
def camera_detail(request: HttpRequest, camera_id: str) -> HttpResponse:
    """`cameras/detail.html`: `camera`, `may_watch`, `manages`, `config` and `watermark` for the player."""
    camera = _camera_or_404(request, camera_id)
    context = {
        "camera": camera,
        "may_watch": may_watch(request.user, camera),
        "manages": manages_agency(request.user, camera.agency),
        "config": player_config(camera),
        "watermark": watermark_for(request.user, camera.agency),
    }
    return render(request, "cameras/detail.html", context)


def player_config(camera: Camera) -> dict[str, Any]:
    """What the player needs to reserve; everything else it learns from the reservation."""
    return {
        "camera_id": camera.camera_id,
        "name": camera.name,
        "enabled": camera.enabled and camera.agency.enabled,
        "configured": camera.configured,
        "has_sub": camera.has_sub,
        "state": camera.state,
    }


def _camera_or_404(request: HttpRequest, camera_id: str) -> Camera:
    try:
        return camera_for(request.user, camera_id)
    except DomainError as error:
        raise Http404 from error


def _query(request: HttpRequest, filters: dict[str, str]) -> str:
    kept = request.GET.copy()
    kept.clear()
    kept.update({name: value for name, value in filters.items() if value})
    return f"{kept.urlencode()}&" if kept else ""
