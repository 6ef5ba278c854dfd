"""The pages of live numbers and of the connection self-test."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from quotas.series import SPANS
from streaming.services.dashboard import dashboard


@login_required
def stats_page(request: HttpRequest) -> HttpResponse:
    """Context `dashboard`: all at the time of the page, kept up to date by /ws/dashboard; `audited`: any agency."""
    assert request.user.is_authenticated
    shown = dashboard(request.user)
    context = {"dashboard": shown, "audited": bool(shown["audited"]), "spans": list(SPANS)}
    return render(request, "streaming/stats.html", context)


@login_required
def connection_test_page(request: HttpRequest) -> HttpResponse:
    """All is done in the browser, from /api/v1/connection."""
    return render(request, "streaming/connection_test.html")
