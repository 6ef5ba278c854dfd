"""`python -m bench.load.seed CAMERAS PORT`: agencies, cameras and service accounts; prints them as JSON.

The last agency may watch fewer cameras at once than it has, so that refusals are part of the load.
"""

from __future__ import annotations

import json
import sys
from typing import Any

AGENCIES = ("DUBAI_POLICE", "METRO", "PARKING", "TAXI", "CIVIL_DEFENCE")
ACCOUNTS = 2  # a service account is one system of an agency
TIGHT = 0.9


def limit_of(agency: int, cameras: int) -> int:
    return int(cameras * TIGHT) if agency == len(AGENCIES) - 1 else cameras


def seed(cameras: int, port: int) -> list[dict[str, Any]]:
    """One entry an agency: code, limit, camera_ids, API keys."""
    from quotas.models import SiteLimit

    SiteLimit.objects.create(pk=1, cameras=cameras)
    share = cameras // len(AGENCIES)
    return [_agency(number, code, share, port) for number, code in enumerate(AGENCIES)]


def _agency(number: int, code: str, share: int, port: int) -> dict[str, Any]:
    from cameras.models import Agency, Camera
    from quotas.models import AgencyLimit

    agency = Agency.objects.create(code=code, name_en=code.title())
    limit = AgencyLimit.objects.create(agency=agency, cameras=limit_of(number, share))
    ids = [f"cam-{number}-{place:03d}-load" for place in range(share)]
    Camera.objects.bulk_create(
        Camera(camera_id=each, agency=agency, name_en=each, main_url=f"rtsp://127.0.0.1:{port}/{each}") for each in ids
    )
    keys = [_key(f"{code.lower().replace('_', '-')}-{system}", code) for system in range(ACCOUNTS)]
    return {"code": code, "limit": limit.cameras, "cameras": ids, "keys": keys}


def _key(name: str, code: str) -> str:
    from accounts.models import ServiceAccount
    from accounts.services import api_key_create

    return api_key_create(account=ServiceAccount.objects.create(name=name, agency_codes=[code]))[1]


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps({"agencies": seed(int(sys.argv[1]), int(sys.argv[2]))}))
