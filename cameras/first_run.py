"""The page that leads an administrator from nothing to the first picture: an agency, a camera, its picture, people."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cameras.access import is_site_admin, managed_agencies, may_watch
from cameras.forms import FirstAgencyForm, FirstCameraForm, refused
from cameras.models import Camera, CameraState
from cameras.services import agency_create, camera_create
from cctv.errors import DomainError


@login_required
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """`cameras/first_run.html`: `steps` {agency, camera, picture, people: done|now|later}, `agency_form`,
    `camera_form`, `camera` (the newest with a source) and `may_watch`. Forms post here with a button named `action`:
    `agency` (site administrators) or `camera`."""
    agencies = managed_agencies(request.user)
    if not (is_site_admin(request.user) or agencies.exists()):
        raise PermissionDenied
    wanted = request.POST.get("action", "")
    agency_form = FirstAgencyForm(request.POST if wanted == "agency" else None)
    first = {"agency": agencies.first(), "camera_id": _next_id()}
    camera_form = FirstCameraForm(agencies, request.POST if wanted == "camera" else None, initial=first)
    if (wanted == "agency" and _agency_made(request, agency_form)) or (
        wanted == "camera" and _camera_made(camera_form)
    ):
        return redirect("start")
    context = {"agency_form": agency_form, "camera_form": camera_form, **_found(request, agencies.exists())}
    return render(request, "cameras/first_run.html", context, status=422 if wanted else 200)


def _found(request: HttpRequest, any_agency: bool) -> dict[str, Any]:
    mine = Camera.objects.filter(agency__in=managed_agencies(request.user), archived_at=None)
    camera = mine.exclude(main_url="").select_related("agency").order_by("-pk").first()
    seen = mine.filter(state=CameraState.ONLINE).exists()
    done = {"agency": any_agency, "camera": camera is not None, "picture": camera is not None and seen, "people": False}
    now = next(name for name, is_done in done.items() if not is_done)
    steps = {name: "done" if is_done else "now" if name == now else "later" for name, is_done in done.items()}
    return {"steps": steps, "camera": camera, "may_watch": camera is not None and may_watch(request.user, camera)}


def _agency_made(request: HttpRequest, form: FirstAgencyForm) -> bool:
    if not is_site_admin(request.user):
        raise PermissionDenied
    if not form.is_valid():
        return False
    try:
        agency_create(**form.cleaned_data)
    except DomainError as error:
        refused(form, error)
        return False
    return True


def _camera_made(form: FirstCameraForm) -> bool:
    """Only agencies that the person manages can be chosen: the form knows no others."""
    if not form.is_valid():
        return False
    try:
        camera_create(**form.details())
    except DomainError as error:
        refused(form, error)
        return False
    return True


def _next_id() -> str:
    return f"cam-{Camera.objects.count() + 1:03}"
