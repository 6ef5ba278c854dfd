"""Pages that belong to no app: errors without a database, and the style page."""

from __future__ import annotations

import logging
import sys

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template import loader
from django.views.decorators.http import require_safe
from django.views.defaults import server_error

from cctv.errors import DomainError
from cctv.problems import response as problem

log = logging.getLogger(__name__)
RETRY_AFTER = 3


def failed(request: HttpRequest) -> HttpResponseBase:
    """handler500: where the error that is being handled is the database's absence, 503 and `503.html` instead.

    Django calls it wherever the error arose: in a view, or in a middleware that asks who the user is. Nothing here may
    ask the database again.
    """
    error = sys.exc_info()[1]
    away = isinstance(error, OperationalError | InterfaceError)
    if request.path.startswith("/api/"):
        return problem(DomainError("busy", 503, retry_after=1) if away else DomainError("error", 500))
    if not away:
        return server_error(request)
    log.warning("database away: %s", error)
    page = loader.get_template("503.html").render()
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"})


@login_required
@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """`style.html`: every component in every state, for those who build pages."""
    if not request.user.is_staff:
        raise PermissionDenied
    return render(request, "style.html")
