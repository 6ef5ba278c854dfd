"""The page of live numbers."""

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
