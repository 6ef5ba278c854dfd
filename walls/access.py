"""Who sees a wall and who may change it. What one may not see is answered like what does not exist.

Whose wall it is sees and changes it; where it is shared with an agency, its members see it and its admins change it.
The cameras on it are asked for one by one (`cameras.access`): sharing a wall shares no camera.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q, QuerySet

from accounts.models import User
from cameras.access import Visitor, managed_agencies, visible_agencies
from cctv.errors import DomainError
from walls.models import Wall


def visible_walls(caller: Visitor) -> QuerySet[Wall]:
    """With owner and agency, by name."""
    seen = Q(agency__in=visible_agencies(caller).order_by())
    if isinstance(caller, User):
        seen |= Q(owner=caller)
    return Wall.objects.filter(seen).select_related("owner", "agency")


def wall_for(caller: Visitor, wall_id: int, *, change: bool = False) -> Wall:
    """Raises DomainError `wall_not_found`, or `wall_not_yours` where it may be seen but not changed."""
    wall = visible_walls(caller).filter(pk=wall_id).first()
    if wall is None:
        raise DomainError("wall_not_found", 404)
    if change and not changer(caller)(wall):
        raise DomainError("wall_not_yours", 403)
    return wall


def changer(caller: Visitor) -> Callable[[Wall], bool]:
    """Whether the caller may change a wall that he sees: one query for any number of walls."""
    managed = set(managed_agencies(caller).order_by().values_list("pk", flat=True))
    return lambda wall: is_own(caller, wall) or wall.agency_id in managed


def is_own(caller: Visitor, wall: Wall) -> bool:
    return isinstance(caller, User) and wall.owner_id == caller.pk
