"""The staff's streams dashboard: what is open, its pusher, its viewers, its last events, and the ways to end it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from cctv.errors import DomainError
from cctv.reasons import text
from streaming.diagnosis.reset_rows import reset_soon
from streaming.models import Stream
from streaming.services.releasing import stream_stop
from streaming.services.streams_now import check_staff, managed_stream, streams_now


@login_required
@require_safe
def streams_page(request: HttpRequest) -> HttpResponse:
    """Context `now`: a Streams. `?rows`: the rows alone, for the page that keeps itself up to date."""
    try:
        now = streams_now(cast(User, request.user))
    except DomainError as error:
        raise PermissionDenied from error
    template = "streaming/parts/streams.html" if "rows" in request.GET else "streaming/streams.html"
    answer = render(request, template, {"now": now})
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_POST
def stream_stop_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _end(request, pk, stream_stop, _("The stream of %(camera)s is being stopped."))


@login_required
@require_POST
def stream_reset_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _end(request, pk, reset_soon, _("The stream of %(camera)s is being reset."))


def _end(request: HttpRequest, pk: int, end: Callable[..., bool], said: str) -> HttpResponse:
    stream = _managed_or_404(request, pk)
    try:
        done = end(by=cast(User, request.user), stream=stream)
    except DomainError as error:  # busy: somebody else holds the camera
        messages.error(request, text(error.code, error.params))
    else:
        told = said if done else _("The stream of %(camera)s had ended already.")
        messages.success(request, told % {"camera": stream.camera.camera_id})
    return redirect("streams-page")


def _managed_or_404(request: HttpRequest, pk: int) -> Stream:
    try:
        check_staff(cast(User, request.user))
        return managed_stream(cast(User, request.user), pk)
    except DomainError as error:
        if error.http_status == 403:
            raise PermissionDenied from error
        raise Http404 from error
