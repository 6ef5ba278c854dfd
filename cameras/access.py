"""The only door to a camera from a request: who may see, watch and manage it. Every page, call and socket asks here.

Whatever the caller may not see is answered exactly like what does not exist.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import WATCHERS, Membership, Role, ServiceAccount, User
from cameras.models import CAMERA_ID, Agency, Camera
from cctv.errors import DomainError

Caller: TypeAlias = User | ServiceAccount
# What request.user may be; an anonymous visitor simply sees nothing.
Visitor: TypeAlias = Caller | AnonymousUser

_CAMERA_ID = re.compile(CAMERA_ID)
_NOTHING = Q(pk__in=())
_AUDITORS = [Role.AGENCY_ADMIN, Role.AUDITOR]


def visible_agencies(caller: Visitor) -> QuerySet[Agency]:
    return Agency.objects.filter(_agencies(caller, roles=None))


def watched_agencies(caller: Visitor) -> QuerySet[Agency]:
    """Whose cameras the caller may watch: `may_watch_in` as rows."""
    return Agency.objects.filter(_agencies(caller, roles=list(WATCHERS)))


def managed_agencies(caller: Visitor) -> QuerySet[Agency]:
    """Where the caller may create, change and archive cameras."""
    if isinstance(caller, ServiceAccount) and not caller.may_manage:
        return Agency.objects.none()
    return Agency.objects.filter(_agencies(caller, roles=[Role.AGENCY_ADMIN]))


def audited_agencies(caller: Visitor) -> QuerySet[Agency]:
    """Where the caller may know who watches what: its admins and auditors, and accounts that manage."""
    if isinstance(caller, ServiceAccount) and not caller.may_manage:
        return Agency.objects.none()
    return Agency.objects.filter(_agencies(caller, roles=_AUDITORS))


def visible_cameras(caller: Visitor) -> QuerySet[Camera]:
    """Cameras that are not archived, of the caller's agencies, by camera_id."""
    cameras = Camera.objects.filter(archived_at=None)
    if sees_everything(caller):
        return cameras
    return cameras.filter(agency__in=visible_agencies(caller).order_by())


def camera_for(caller: Visitor, camera_id: str, *, watch: bool = False) -> Camera:
    """The camera with its agency, in one query; `watch` asks for its picture too and costs a second one.

    Raises DomainError: `camera_not_found` (unknown, foreign, archived or malformed, indistinguishable) or
    `watch_not_allowed` (visible, but the caller's role has no picture).
    """
    return _one(visible_cameras(caller), caller, camera_id, watch=watch)


def camera_locked_for(caller: Visitor, camera_id: str) -> Camera:
    """The same to watch it, and locked by the same statement. Inside a transaction; ask `quotas.locks` for it."""
    rows = visible_cameras(caller).select_for_update(no_key=True, of=("self",))
    return _one(rows, caller, camera_id, watch=True)


def _one(rows: QuerySet[Camera], caller: Visitor, camera_id: str, *, watch: bool) -> Camera:
    if not _CAMERA_ID.fullmatch(camera_id):
        raise DomainError("camera_not_found", 404)
    found = list(rows.order_by().select_related("agency").filter(camera_id=camera_id))  # which is unique
    if not found:
        raise DomainError("camera_not_found", 404)
    if watch and not may_watch(caller, found[0]):
        raise DomainError("watch_not_allowed", 403)
    return found[0]


def may_watch(caller: Visitor, camera: Camera) -> bool:
    """An auditor sees that a camera exists, but not its picture."""
    return may_watch_in(caller, camera.agency.code)


def may_watch_in(caller: Visitor, agency_code: str) -> bool:
    """The same, where only the code of the camera's agency is at hand."""
    return _in_agency(caller, agency_code, list(WATCHERS))


def manages_agency(caller: Visitor, agency: Agency) -> bool:
    if isinstance(caller, ServiceAccount) and not caller.may_manage:
        return False
    return _in_agency(caller, agency.code, [Role.AGENCY_ADMIN])


def may_audit_in(caller: Visitor, agency_code: str) -> bool:
    """`audited_agencies` for one of them."""
    if isinstance(caller, ServiceAccount) and not caller.may_manage:
        return False
    return _in_agency(caller, agency_code, _AUDITORS)


def may_publish(caller: Visitor) -> bool:
    """Whether the caller is told where and how to publish (the WHIP URL of a stream)."""
    return is_site_admin(caller) or (isinstance(caller, ServiceAccount) and caller.enabled and caller.may_publish)


def is_site_admin(caller: Visitor) -> bool:
    return isinstance(caller, User) and caller.is_active and caller.is_superuser


def sees_everything(caller: Visitor) -> bool:
    if isinstance(caller, ServiceAccount):
        return caller.enabled and caller.all_agencies
    return is_site_admin(caller)


def _memberships(user: User, roles: list[Role] | None) -> QuerySet[Membership]:
    mine = Membership.objects.filter(user=user)
    return mine if roles is None else mine.filter(role__in=roles)


def _agencies(caller: Visitor, roles: list[Role] | None) -> Q:
    """The caller's agencies as a condition on Agency; `roles` narrows a person's memberships."""
    if sees_everything(caller):
        return Q()
    if isinstance(caller, ServiceAccount):
        return Q(code__in=caller.agency_codes) if caller.enabled else _NOTHING
    if isinstance(caller, User) and caller.is_active:
        return Q(code__in=_memberships(caller, roles).values("agency_code"))
    return _NOTHING


def _in_agency(caller: Visitor, code: str, roles: list[Role]) -> bool:
    """The same rule for one agency, without touching the table of agencies."""
    if sees_everything(caller):
        return True
    if isinstance(caller, ServiceAccount):
        return caller.enabled and code in caller.agency_codes
    if isinstance(caller, User) and caller.is_active:
        return _memberships(caller, roles).filter(agency_code=code).exists()
    return False
