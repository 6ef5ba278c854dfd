"""What every template knows of its reader."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.models import User
from accounts.preferences import zone_of
from cctv import digits


def reader(request: HttpRequest) -> dict[str, Any]:
    """`reader` {theme, zone, digits} of a user, for the page's scripts and style; None for a visitor."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"reader": None}
    zone = zone_of(user)
    return {"reader": {"theme": user.theme, "zone": zone.key if zone else "", "digits": digits.active()}}
