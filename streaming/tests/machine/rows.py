"""What each example starts from: two agencies, three cameras, four viewers, limits that bite."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from accounts.models import ServiceAccount, User
from cameras.access import Caller
from cameras.models import Agency, Camera
from quotas.models import AgencyLimit, SiteLimit
from tests.cast import make_account, make_agency, make_camera, make_site_admin, make_user

CAMERAS = {"cam-a": "METRO", "cam-b": "METRO", "cam-c": "TAXI"}
WITH_SUB = "cam-b"
AGENCY_LIMIT, CAMERA_LIMIT, VIEWER_LIMIT, SYSTEM_LIMIT = 1, 3, 2, 2
# In this order: what refers to something goes before it.
TABLES = [
    "streaming_streamrequest", "streaming_streamevent", "streaming_reservation", "streaming_stream",
    "streaming_camerawork", "streaming_firstseen", "streaming_pass", "quotas_agencylimit", "quotas_sitelimit",
]  # fmt: skip


@dataclass(frozen=True)
class Cast:
    callers: list[Caller]
    account: ServiceAccount
    admin: User
    agencies: list[Agency]


def make_cast() -> Cast:
    agencies = [make_agency("METRO"), make_agency("TAXI")]
    for camera_id, agency in CAMERAS.items():
        make_camera(camera_id, agency, sub_url="rtsp://127.0.0.1:8554/sub" if camera_id == WITH_SUB else "")
    people = [make_user(f"op-{n}", METRO="operator", TAXI="operator") for n in range(3)]
    account = make_account("wall", agency_codes=["METRO", "TAXI"])
    return Cast([*people, account], account, make_site_admin(), agencies)


def start_again(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(";".join(f"DELETE FROM {table}" for table in TABLES))  # noqa: S608
    Agency.objects.update(enabled=True)
    for camera_id, code in CAMERAS.items():
        agency = next(agency for agency in cast.agencies if agency.code == code)
        Camera.objects.filter(camera_id=camera_id).update(
            enabled=True, archived_at=None, agency=agency, state="UNKNOWN", source_revision=1
        )
    for agency in cast.agencies:
        AgencyLimit.objects.create(agency=agency, cameras=AGENCY_LIMIT)
    SiteLimit.objects.create(
        pk=1, cameras=SYSTEM_LIMIT, camera_webrtc=CAMERA_LIMIT, camera_hls=1, viewer_cameras=VIEWER_LIMIT
    )
