"""The pages of live numbers and of the connection self-test."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from streaming.services.numbers import stats


@login_required
def stats_page(request: HttpRequest) -> HttpResponse:
    """Context `stats`: the numbers at the time of the page, kept up to date by /ws/stats."""
    assert request.user.is_authenticated
    return render(request, "streaming/stats.html", {"stats": stats(request.user)})


@login_required
def connection_test_page(request: HttpRequest) -> HttpResponse:
    """All is done in the browser, from /api/v1/connection."""
    return render(request, "streaming/connection_test.html")
