"""`manage.py seed_demo`: the rows of the demo. Run again, it brings them back to what the demo needs.

Reads DEMO_PASSWORD, DEMO_API_KEY and DEMO_CAMERA_PASSWORD (each also as NAME_FILE), DEMO_CAMERAS (how many more small
cameras) and DEMO_CAMERAS_PORT (where their RTSP server listens).
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import F

from accounts.models import ApiKey, Membership, Role, ServiceAccount, User
from cameras.models import Agency, Camera, CameraGroup
from cctv import env
from quotas.services import agency_limit_set
from streaming.management.demo_site import AGENCIES, CAMERAS, GROUPS, DemoCamera, extra_camera

CAMERA_USER = "demo"
FIRST_EXTRA = 6
# Nothing listens on the discard port of a machine of today.
OFFLINE_URL = "rtsp://127.0.0.1:9"
OPERATORS = {"operator-police": "DUBAI_POLICE", "operator-metro": "METRO"}


class Command(BaseCommand):
    help = "Makes the demo's agencies, cameras, users and API key, or brings them back to what they were."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--migrate", action="store_true", help="migrate first; saves a start of Python")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["migrate"]:
            call_command("migrate", interactive=False, verbosity=0)
        with transaction.atomic():
            self._seed()

    def _seed(self) -> None:
        _agencies()
        _groups()
        extra = range(FIRST_EXTRA, FIRST_EXTRA + env.integer("DEMO_CAMERAS", 0))
        cameras = [*CAMERAS, *map(extra_camera, extra)]
        for camera in cameras:
            _camera(camera)
        _people(_secret("DEMO_PASSWORD"))
        _service_account(_secret("DEMO_API_KEY"))
        self.stdout.write(f"seeded {len(AGENCIES)} agencies and {len(cameras)} cameras")


def _secret(name: str) -> str:
    value = env.text(name, "")
    if not value:
        raise CommandError(f"{name} (or {name}_FILE) is not set")
    return value


def _agencies() -> None:
    for demo in AGENCIES:
        names = {"name_en": demo.name_en, "name_ar": demo.name_ar}
        agency, _ = Agency.objects.update_or_create(code=demo.code, defaults={**names, "enabled": True})
        agency_limit_set(agency=agency, cameras=demo.limit)


def _groups() -> None:
    for demo in GROUPS:
        parent = _group(demo.agency, demo.parent_en) if demo.parent_en else None
        agency = Agency.objects.get(code=demo.agency)
        defaults = {"name_ar": demo.name_ar, "parent": parent}
        CameraGroup.objects.update_or_create(agency=agency, name_en=demo.name_en, defaults=defaults)


def _group(agency: str, name_en: str) -> CameraGroup:
    return CameraGroup.objects.get(agency__code=agency, name_en=name_en)


def _camera(demo: DemoCamera) -> None:
    """A changed source counts as a new one, so that a stream that is running is started again from it."""
    source = _source(demo)
    camera, made = Camera.objects.update_or_create(
        camera_id=demo.camera_id, defaults=_facts(demo), create_defaults={**_facts(demo), **source}
    )
    if not made and any(getattr(camera, name) != value for name, value in source.items()):
        for name, value in source.items():
            setattr(camera, name, value)
        camera.save(update_fields=list(source))
        Camera.objects.filter(pk=camera.pk).update(source_revision=F("source_revision") + 1)


def _facts(demo: DemoCamera) -> dict[str, object]:
    return {
        "agency": Agency.objects.get(code=demo.agency),
        "group": _group(demo.agency, demo.group_en),
        "name_en": demo.name_en,
        "name_ar": demo.name_ar,
        "place": demo.place,
        "latitude": demo.latitude,
        "longitude": demo.longitude,
        "tags": list(demo.tags),
        "enabled": True,
        "archived_at": None,
    }


def _source(demo: DemoCamera) -> dict[str, str]:
    server = f"rtsp://127.0.0.1:{env.integer('DEMO_CAMERAS_PORT', 18554, least=1)}" if demo.online else OFFLINE_URL
    return {
        "main_url": f"{server}/{demo.camera_id}",
        "sub_url": f"{server}/{demo.camera_id}-sub" if demo.sub_stream else "",
        "username": CAMERA_USER if demo.secured else "",
        "password": _secret("DEMO_CAMERA_PASSWORD") if demo.secured else "",
    }


def _people(password: str) -> None:
    _user("admin", password, is_staff=True, is_superuser=True)
    for username, agency in OPERATORS.items():
        Membership.objects.update_or_create(
            user=_user(username, password), agency_code=agency, defaults={"role": Role.OPERATOR}
        )
    auditor = _user("auditor", password)
    for demo in AGENCIES:
        Membership.objects.update_or_create(user=auditor, agency_code=demo.code, defaults={"role": Role.AUDITOR})


def _user(username: str, password: str, **flags: bool) -> User:
    user, _ = User.objects.update_or_create(username=username, defaults={**flags, "is_active": True})
    # Hashing is slow by design, and a password set anew would end everybody's session.
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def _service_account(key: str) -> None:
    rights = {"all_agencies": True, "may_publish": True, "may_manage": True, "enabled": True}
    account, _ = ServiceAccount.objects.update_or_create(name="demo", defaults=rights)
    prefix, _, secret = key.partition(".")
    digest = hashlib.sha256(secret.encode()).hexdigest()
    ApiKey.objects.update_or_create(
        prefix=prefix, defaults={"account": account, "secret_sha256": digest, "revoked_at": None}
    )
