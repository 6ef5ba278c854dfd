"""The wall: the page on which an operator watches."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from cameras.access import watched_agencies
from cctv.errors import DomainError
from walls.access import visible_walls, wall_for
from walls.answers import rows, whole
from walls.layouts import TILES
from walls.models import Wall


@login_required
@require_safe
def wall_page(request: HttpRequest) -> HttpResponse:
    """The wall that one saved last; `?new`, or none yet: an empty one."""
    own = visible_walls(request.user).filter(owner=request.user.pk).order_by("-updated_at")
    return _page(request, None if "new" in request.GET else own.first())


@login_required
@require_safe
def saved_wall_page(request: HttpRequest, wall_id: int) -> HttpResponse:
    try:
        wall = wall_for(request.user, wall_id)
    except DomainError as error:
        raise Http404 from error
    return _page(request, wall)


def _page(request: HttpRequest, wall: Wall | None) -> HttpResponse:
    """`walls/wall.html`: `wall` (may be None) and `data`, through json_script."""
    assert isinstance(request.user, User)
    return render(request, "walls/wall.html", {"wall": wall, "data": _data(request.user, wall)})


def _data(user: User, wall: Wall | None) -> dict[str, Any]:
    return {
        "wall": wall and whole(user, wall),
        "walls": rows(user, visible_walls(user)),
        "layouts": [{"name": name, "tiles": tiles} for name, tiles in TILES.items()],
        "max_tiles": settings.MOSAIC_MAX_TILES,
        "agencies": [{"code": agency.code, "name": agency.name} for agency in watched_agencies(user)],
    }
