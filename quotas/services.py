"""The limits in force: rows where there are any, else the defaults of the code and of the settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from cameras.models import Agency
from cctv import clock
from cctv.errors import DomainError
from quotas.locks import lock_agency, lock_system
from quotas.models import AgencyLimit, SiteLimit
from quotas.policy import Limits

# What the city's four agencies are entitled to (DESIGN §4).
AGENCY_DEFAULTS = {"DUBAI_POLICE": 50, "METRO": 30, "PARKING": 20, "TAXI": 25}
# With what is counted to be held against them, by one statement: it is asked under the locks of an admission.
COUNTED = """
    SELECT site.cameras, site.camera_webrtc, site.camera_hls, site.viewer_cameras, own.cameras, counted.*
    FROM ({counted}) AS counted
    LEFT JOIN quotas_sitelimit AS site ON site.id = 1
    LEFT JOIN quotas_agencylimit AS own ON own.agency_id = %(agency)s
"""
SITE_LIMITS = ("cameras", "camera_webrtc", "camera_hls", "viewer_cameras")
MOST = 2_147_483_647  # of a PostgreSQL integer


def limits_for(agency: Agency) -> Limits:
    """The limits that decide on a camera of `agency`."""
    return limits_and_counts(agency, "SELECT 1 AS one", {})[0]


def limits_and_counts(agency: Agency, counted: str, values: Mapping[str, Any]) -> tuple[Limits, list[Any]]:
    """The same, and the one row of the query `counted`, which may use `values`. Ask after the locks."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(counted=counted), {**values, "agency": agency.pk})
        system, webrtc, hls, viewer, cameras, *counts = cursor.fetchone()
    limits = Limits(
        agency=agency_default(agency.code) if cameras is None else cameras,
        system=_chosen(system, settings.SYSTEM_CAMERA_LIMIT),
        camera_webrtc=_chosen(webrtc, settings.CAMERA_WEBRTC_LIMIT),
        camera_hls=_chosen(hls, settings.CAMERA_HLS_LIMIT),
        viewer_cameras=_chosen(viewer, settings.VIEWER_CAMERA_LIMIT),
    )
    return limits, counts


def site_limit() -> SiteLimit:
    """The row of the system, or an unsaved empty one."""
    return SiteLimit.objects.filter(pk=1).first() or SiteLimit(pk=1)


def system_limit(site: SiteLimit | None = None) -> int:
    """Cameras the whole system may watch at once; `site`: its row, where that has been read."""
    return _chosen((site or site_limit()).cameras, settings.SYSTEM_CAMERA_LIMIT)


def camera_webrtc_limit() -> int:
    """WebRTC viewers a camera may have at once."""
    return _chosen(site_limit().camera_webrtc, settings.CAMERA_WEBRTC_LIMIT)


def agency_limits(agencies: Iterable[Agency]) -> dict[int, int]:
    """Cameras each agency may watch at once, by the agency's primary key; one query however many."""
    codes = {agency.pk: agency.code for agency in agencies}
    rows = AgencyLimit.objects.filter(agency_id__in=codes).values_list("agency_id", "cameras")
    own = {pk: cameras for pk, cameras in rows if cameras is not None}
    return {pk: agency_default(code) for pk, code in codes.items()} | own


def agency_limit_of(agency: Agency) -> int:
    """Of one that was read with its `limit`."""
    row: AgencyLimit | None = getattr(agency, "limit", None)
    return _chosen(row.cameras if row else None, agency_default(agency.code))


def agency_default(code: str) -> int:
    return AGENCY_DEFAULTS.get(code, int(settings.AGENCY_CAMERA_LIMIT))


@transaction.atomic
def agency_limit_set(*, agency: Agency, cameras: int | None) -> int:
    """Sets the cameras the agency may watch at once, or with None goes back to its default; returns what now holds.

    A lower limit refuses new cameras and takes none from those who watch. Raises DomainError `invalid` (400).
    """
    _check_range(cameras=cameras)
    lock_agency(agency.pk)
    AgencyLimit.objects.update_or_create(agency=agency, defaults={"cameras": cameras, "changed_at": clock.now()})
    return agency_default(agency.code) if cameras is None else cameras


@transaction.atomic
def site_limits_set(**limits: int | None) -> SiteLimit:
    """Sets some of SITE_LIMITS; None goes back to the setting. Raises DomainError `invalid` (400).

    Under the system's lock: a camera admitted before it counted by the old limit, one after it by the new.
    """
    if unknown := limits.keys() - set(SITE_LIMITS):
        raise TypeError(f"no such limit: {sorted(unknown)}")
    _check_range(**limits)
    row = lock_system()
    for name, value in limits.items():
        setattr(row, name, value)
    row.changed_at = clock.now()
    row.save()
    return row


def _check_range(**limits: int | None) -> None:
    wrong = [name for name, value in limits.items() if value is not None and not 0 <= value <= MOST]
    if wrong:
        raise DomainError("invalid", 400, fields={name: ["out_of_range"] for name in wrong})


def _chosen(row: int | None, setting: int) -> int:
    return int(setting) if row is None else row
