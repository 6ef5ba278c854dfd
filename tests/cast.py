"""The cast of every test: who asks, and what there is. A pytest plugin (`-p tests.cast`).

Models are imported inside, because plugins are loaded before Django is set up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from accounts.models import ServiceAccount, User
    from cameras.models import Agency, Camera

PASSWORD = "a-good-pass-phrase"


def make_agency(code: str = "METRO", **fields: Any) -> Agency:
    """The agency with this code, made where there is none yet."""
    from cameras.models import Agency

    return Agency.objects.get_or_create(code=code, defaults={"name_en": code.title(), **fields})[0]


def make_camera(camera_id: str = "cam-001", agency: Agency | str = "METRO", **fields: Any) -> Camera:
    """A camera with a source, straight into the table: services are what tests test."""
    from cameras.models import Camera

    owner = make_agency(agency) if isinstance(agency, str) else agency
    defaults = {"name_en": camera_id, "main_url": "rtsp://127.0.0.1:8554/cam"}
    return Camera.objects.create(camera_id=camera_id, agency=owner, **{**defaults, **fields})


def make_user(username: str = "somebody", *, password: str | None = None, **roles: str) -> User:
    """A user with a role per agency code: make_user("ali", METRO="operator"). Logs in by force unless `password`."""
    from accounts.models import Membership, User

    user = User.objects.create_user(username, password=password)
    Membership.objects.bulk_create(Membership(user=user, agency_code=code, role=role) for code, role in roles.items())
    return user


def make_site_admin(username: str = "root") -> User:
    from accounts.models import User

    return User.objects.create_superuser(username)


def make_account(name: str = "wall", **fields: Any) -> ServiceAccount:
    from accounts.models import ServiceAccount

    return ServiceAccount.objects.create(name=name, **fields)


def api_client(caller: User | ServiceAccount | None = None, *, csrf: bool = False) -> APIClient:
    """A client of the HTTP API: a person has a session, a service account a fresh key."""
    from rest_framework.test import APIClient

    from accounts.models import ServiceAccount
    from accounts.services import api_key_create

    client = APIClient(enforce_csrf_checks=csrf)
    client.default_format = "json"
    if isinstance(caller, ServiceAccount):
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {api_key_create(account=caller)[1]}")
    elif caller is not None:
        client.force_login(caller)
    return client


@pytest.fixture
def agency_a(db: None) -> Agency:
    return make_agency("METRO")


@pytest.fixture
def agency_b(db: None) -> Agency:
    return make_agency("TAXI")


@pytest.fixture
def camera_a(agency_a: Agency) -> Camera:
    return make_camera("cam-a", agency_a)


@pytest.fixture
def camera_b(agency_b: Agency) -> Camera:
    return make_camera("cam-b", agency_b)


@pytest.fixture
def operator_a(agency_a: Agency) -> User:
    return make_user("operator-a", METRO="operator")


@pytest.fixture
def operator_b(agency_b: Agency) -> User:
    return make_user("operator-b", TAXI="operator")


@pytest.fixture
def viewer_a(agency_a: Agency) -> User:
    return make_user("viewer-a", METRO="viewer")


@pytest.fixture
def agency_admin(agency_a: Agency) -> User:
    """Administers agency A."""
    return make_user("admin-a", METRO="agency_admin")


@pytest.fixture
def auditor(agency_a: Agency) -> User:
    """Audits agency A: sees its cameras, but not their picture."""
    return make_user("auditor-a", METRO="auditor")


@pytest.fixture
def stranger(db: None) -> User:
    """Logged in, in no agency."""
    return make_user("stranger")


@pytest.fixture
def site_admin(db: None) -> User:
    return make_site_admin()


@pytest.fixture
def service_account(agency_a: Agency) -> ServiceAccount:
    """Watches agency A; neither publishes nor manages."""
    return make_account("wall", agency_codes=["METRO"])


@pytest.fixture
def api() -> Callable[..., APIClient]:
    """`api(caller)`: a client of the HTTP API."""
    return api_client
