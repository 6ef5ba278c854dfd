"""No page asks the database more often because there is more to show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Membership, User
from accounts.services import api_key_create
from cameras.models import Camera, CameraGroup
from streaming.tests.steps import watch
from tests.cast import make_account, make_agency, make_camera, make_site_admin, make_user

FEW, MANY = 3, 20
# Each page by the name of its route; {} is a camera_id.
PAGES = {
    "login": "/login",
    "profile": "/profile",
    "camera-list": "/",
    "camera-detail": "/cameras/{}",
    "stats": "/stats",
    "streams-page": "/streams",
    "wall": "/wall?new",
    "start": "/start",
    "style": "/style",
    "connection-test": "/connection-test",
    "api-docs": "/api/docs",
}
# Routes that show nothing: they answer programs, or lead elsewhere.
NO_PAGES = {"logout", "set_language", "schema", "whip", "whip-resource", "hls", "metrics"} | {
    "webhook-livekit",
    "webhook-mediamtx",
    "wall-saved",  # the same page as wall, of one wall: its cost is in walls/tests
    "stream-stop",
    "stream-reset",
}
LISTS = ["/api/v1/cameras", "/api/v1/agencies", "/api/v1/streams", "/api/v1/events", "/api/v1/stream/stats"]


def grow(count: int) -> None:
    """`count` of everything that pages list; what is there already counts."""
    admins = User.objects.filter(is_superuser=True)
    for number in range(Camera.objects.count(), count):
        agency = make_agency(f"A{number}")
        group = CameraGroup.objects.create(agency=agency, name_en=f"group {number}")
        camera = make_camera(f"cam-{number:03}", agency, group=group, tags=["gate"])
        person = make_user(f"person-{number}", **{agency.code: "operator"})
        api_key_create(account=make_account(f"account-{number}", agency_codes=[agency.code]))
        Membership.objects.bulk_create(Membership(user=u, agency_code=agency.code, role="operator") for u in admins)
        watch(person, camera.camera_id)


@pytest.fixture
def boss(db: None, client: Client) -> Client:
    client.force_login(make_site_admin())
    return client


def cost(client: Client, path: str) -> tuple[int, int]:
    """Queries and bytes of the second look: the first one may fill caches."""
    assert client.get(path, follow=True).status_code == 200, path
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path, follow=True)
    return len(asked), len(answer.content)


def assert_same(client: Client, paths: list[str]) -> None:
    grow(FEW)
    few = {path: cost(client, path)[0] for path in paths}
    grow(MANY)
    many = {path: cost(client, path)[0] for path in paths}
    more = [
        f"{path}: {few[path]} queries for {FEW} rows, {many[path]} for {MANY}"
        for path in paths
        if many[path] > few[path]
    ]
    assert not more, "\n".join(more)


def test_no_page_asks_more_for_more_rows(boss: Client) -> None:
    assert_same(boss, [path.format("cam-000") for name, path in PAGES.items() if name != "login"])


def test_no_list_of_the_api_asks_more_for_more_rows(boss: Client) -> None:
    assert_same(boss, LISTS)


def shown(model: type[Model]) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}"


@pytest.mark.parametrize("model", list(admin.site._registry), ids=shown)
def test_no_list_of_the_admin_asks_more_for_more_rows(boss: Client, model: type[Model]) -> None:
    assert_same(boss, [reverse(f"{shown(model)}_changelist")])


@pytest.mark.parametrize("model", list(admin.site._registry), ids=shown)
def test_no_form_of_the_admin_asks_more_for_more_rows(boss: Client, model: type[Model]) -> None:
    grow(FEW)
    first = model._default_manager.order_by("pk").first()
    if first is not None:  # else nobody has set one up yet
        assert_same(boss, [reverse(f"{shown(model)}_change", args=[first.pk])])


def test_a_thousand_cameras_make_no_larger_page(boss: Client) -> None:
    agency = make_agency("METRO")
    Camera.objects.bulk_create(
        Camera(camera_id=f"cam-{number:04}", agency=agency, name_en=f"Camera {number}", place="Deira")
        for number in range(1000)
    )
    queries, size = cost(boss, "/")
    assert (queries <= 5, size < 60_000) == (True, True), f"{queries} queries, {size} bytes"


def test_every_page_is_looked_at() -> None:
    unknown = set(_routes(get_resolver().url_patterns)) - PAGES.keys() - NO_PAGES
    assert not unknown, f"name them in PAGES, or in NO_PAGES: {sorted(unknown)}"


def _routes(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """Names of our own routes outside the API and the admin."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver) and pattern.app_name != "admin":
            yield from _routes(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name and not str(pattern.pattern).startswith("api/v1"):
            yield pattern.name
